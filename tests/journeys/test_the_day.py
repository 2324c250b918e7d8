"""A whole day at the hub, on real Kafka and PostgreSQL, and what it leaves behind."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from rich.console import Console

from deploy.day.evidence import Heard
from deploy.day.families import planted
from deploy.day.gather import every_event
from deploy.day.hub import Hub
from deploy.day.play import play
from deploy.local.parts import PROCESSES
from deploy.local.stack import Stack
from tests.making.running_stacks import log_of, measures, parked

pytestmark = pytest.mark.day


@dataclass
class Played:
    """A day that is over: what its ledger found wrong, its timeline, its events."""

    stack: Stack
    wrong: list[str]
    timeline: str
    heard: list[Heard]


@pytest.fixture(scope="module")
async def played(stack: Stack) -> Played:
    hub = Hub.of(stack.plan.state_file)
    sheet = io.StringIO()
    try:
        wrong = await play(hub, Console(file=sheet, width=140, highlight=False))
    except Exception as stopped:
        stopped.add_note(sheet.getvalue())
        raise
    finally:
        await hub.http.aclose()
    return Played(stack, wrong, sheet.getvalue(), await every_event(hub.kafka))


async def test_the_ledger_is_green(played: Played) -> None:
    assert played.wrong == [], played.timeline


@pytest.mark.parametrize(
    "road",
    [
        "case closed (needs_met)",  # to closure
        "handover completed",  # to social care
        "case no-contact-letter-requested",  # nobody answers
        "case closed (no_contact)",
    ],
)
async def test_the_timeline_shows_each_road_to_its_end(played: Played, road: str) -> None:
    assert road in played.timeline


@pytest.mark.parametrize("council", ["Southend", "Chichester"])
async def test_the_timeline_shows_both_councils(played: Played, council: str) -> None:
    assert council in played.timeline


async def test_no_measure_and_no_log_tells_who_somebody_is(played: Played) -> None:
    written = await measures(played.stack)
    written |= {f"log of {name}": log_of(played.stack, name) for name in PROCESSES}
    found = [
        (place, number)
        for place, text in written.items()
        for number, telling in enumerate(planted())
        if telling.lower() in text.lower()
    ]
    assert found == []


async def test_no_message_stands_aside(played: Played) -> None:
    assert await parked(played.stack) == []


async def test_no_service_met_an_error_that_it_did_not_expect(played: Played) -> None:
    errors = [
        (service, line.get("event"), line.get("error"), line.get("where"))
        for service in PROCESSES[1:]
        for line in _lines(log_of(played.stack, service))
        if line.get("level") in ("error", "critical") and "logger" not in line  # not a library's
    ]
    assert errors == []


async def test_one_trace_follows_a_referral_through_http_and_kafka(played: Played) -> None:
    accepted = next(heard for heard in played.heard if heard.type == "referral.accepted")
    _, trace, _, _ = accepted.headers["traceparent"].split("-")
    spans = {
        service: {
            line["span"]
            for line in _lines(log_of(played.stack, service))
            if line.get("trace_id") == trace and "span" in line
        }
        for service in ("referral", "allocation", "notifications")
    }
    assert "POST /referrals/{referral_id}/decision" in spans["referral"]
    assert "handle earlyhelp.referral.accepted.v1" in spans["allocation"]
    assert "handle earlyhelp.referral.accepted.v1" in spans["notifications"]
    assert "handle earlyhelp.case.opened.v1" in spans["referral"]


def _lines(log: str) -> Iterator[dict[str, str]]:
    return (json.loads(line) for line in log.splitlines() if line.startswith("{"))
