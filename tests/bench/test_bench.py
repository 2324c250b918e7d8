"""The bench can be run and says what it found; how fast anything is, is no test's business."""

import importlib
from pathlib import Path

import pytest

import bench
from bench.capture import captured
from bench.figures import Figure
from bench.loader import request

HERE = Path(bench.__file__).parent
MODULES = sorted(path.stem for path in HERE.glob("*.py") if path.stem != "__main__")


@pytest.mark.parametrize("name", [*MODULES, "__main__"])
def test_every_bench_can_be_imported(name: str) -> None:
    assert importlib.import_module(f"bench.{name}").__doc__


def test_a_figure_is_told_beside_its_limit_and_its_target() -> None:
    figure = Figure("received", 400, "referrals/s", 1000, "psycopg", least=0.35, load=1.5)
    wanted = "wanted: at least 0.35"
    told = f"received: 400.0 referrals/s beside 1,000.0 of psycopg = 0.40 (load 1.5; {wanted})"
    assert figure.line() == told


@pytest.mark.parametrize(
    ("figure", "missed"),
    [
        (Figure("ratio", 30, "/s", 100, "limit", least=0.35), True),
        (Figure("ratio", 40, "/s", 100, "limit", least=0.35), False),
        (Figure("memory", 151, "MiB", most=150), True),
        (Figure("memory", 150, "MiB", most=150), False),
        (Figure("told alone", 1e9, "ms"), False),
    ],
)
def test_a_missed_target_is_marked(figure: Figure, missed: bool) -> None:  # noqa: FBT001
    assert figure.missed is missed
    assert figure.line().endswith(" MISSED") is missed


def test_a_request_is_whole() -> None:
    head, body = request("127.0.0.1:1", "a-token", "ref-1").split(b"\r\n\r\n")
    assert head.startswith(b"POST /referrals HTTP/1.1\r\n")
    assert f"Content-Length: {len(body)}".encode() in head


def test_what_the_server_logged_is_read_back(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_text(
        "2026-11-22 UTC [7] LOG:  execute <unnamed>: BEGIN\n"
        "2026-11-22 UTC [7] LOG:  execute _pg3_0: WITH w_idempotency AS (a) SELECT $1, $2\n"
        "2026-11-22 UTC [8] LOG:  statement: COMMIT\n"
        "2026-11-22 UTC [7] DETAIL:  Parameters: $1 = '[{\"a\": \"it''s $3 = 4\"}]', $2 = '[]'\n"
    )
    found = captured(log, 1)
    assert found.statement == "WITH w_idempotency AS (a) SELECT %s, %s"
    assert found.parameters == [['[{"a": "it\'s $3 = 4"}]', "[]"]]
