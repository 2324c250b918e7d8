"""What is asked twice is done once, whoever asks and however close together."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import APIRouter
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.clocks import new_id, wall_now
from chassis.database import make_engine
from chassis.facts import Malformed, NotAllowed, TwinRunning
from chassis.web.asking import IdempotencyKey
from chassis.web.idempotency import (
    KeyReusedWithAnotherBody,
    Scope,
    digest,
    find,
    forget_before,
    keep,
    once,
)
from chassis.web.identity import Actor
from tests.making.applications import an_application, calling, some_settings
from tests.making.databases import Fresh

pytestmark = pytest.mark.postgres
SECRET = SecretStr("invented")
BODY = digest(b'{"a": 1}', SECRET)


@pytest.fixture(scope="module")
async def engine(fresh_database: Fresh) -> AsyncIterator[AsyncEngine]:
    database = fresh_database("")
    settings = some_settings(database_url=database.app_url, lock_timeout_ms=150)
    owner = make_engine(some_settings(database_url=database.owner_url))
    async with owner.begin() as conn:
        await conn.execute(text("CREATE TABLE done (what text PRIMARY KEY)"))
        await conn.execute(text("GRANT ALL ON done TO PUBLIC"))
    await owner.dispose()
    engine = make_engine(settings)
    yield engine
    await engine.dispose()


def a_scope(**other: str) -> Scope:
    sound = {"council": "southend", "organisation": "a-7", "operation": "submit"}
    return Scope(**({"key": str(new_id())} | sound | other))


class Work:
    """Writes a row, so that a test can see how often it was really done."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.what, self.refusal = str(new_id()), refusal

    async def __call__(self, conn: AsyncConnection) -> tuple[int, dict[str, Any]]:
        await conn.execute(text("INSERT INTO done VALUES (:what)"), {"what": self.what})
        if self.refusal:
            raise self.refusal
        return 201, {"receipt": self.what}


async def rows(engine: AsyncEngine, work: Work) -> int:
    async with engine.connect() as conn:
        counted = await conn.execute(
            text("SELECT count(*) FROM done WHERE what = :what"), {"what": work.what}
        )
        return int(counted.scalar_one())


@pytest.mark.parametrize("look_first", [True, False])
async def test_the_same_key_and_body_get_the_first_answer(
    engine: AsyncEngine, *, look_first: bool
) -> None:
    scope, first, second = a_scope(), Work(), Work()
    done = await once(engine, scope, BODY, first, look_first=look_first)
    again = await once(engine, scope, BODY, second, look_first=look_first)
    assert (done.status, done.answer, done.again) == (201, {"receipt": first.what}, False)
    assert (again.status, again.answer, again.again) == (201, {"receipt": first.what}, True)
    assert await rows(engine, second) == 0


@pytest.mark.parametrize("look_first", [True, False])
async def test_the_same_key_with_another_body_is_refused_and_does_nothing(
    engine: AsyncEngine, *, look_first: bool
) -> None:
    scope, second = a_scope(), Work()
    await once(engine, scope, BODY, Work())
    with pytest.raises(KeyReusedWithAnotherBody):
        await once(engine, scope, digest(b'{"a": 2}', SECRET), second, look_first=look_first)
    assert await rows(engine, second) == 0


async def test_a_key_is_one_key_only_within_council_organisation_and_operation(
    engine: AsyncEngine,
) -> None:
    key = str(new_id())
    for other in ({}, {"council": "west-sussex"}, {"organisation": "a-8"}, {"operation": "amend"}):
        kept = await once(engine, a_scope(key=key, **other), BODY, Work())
        assert not kept.again


async def test_a_refusal_keeps_nothing_so_that_the_key_can_be_used_again(
    engine: AsyncEngine,
) -> None:
    scope, refused, second = a_scope(), Work(NotAllowed()), Work()
    with pytest.raises(NotAllowed):
        await once(engine, scope, BODY, refused)
    assert await rows(engine, refused) == 0
    assert not (await once(engine, scope, BODY, second)).again


async def test_the_record_goes_with_the_work_when_the_transaction_does(
    engine: AsyncEngine,
) -> None:
    scope = a_scope()
    async with engine.connect() as conn:
        await keep(conn, scope, BODY, 201, {})
        assert await find(conn, scope) is not None
        await conn.rollback()
        assert await find(conn, scope) is None


async def test_of_two_twins_one_works_and_the_other_gets_its_answer(engine: AsyncEngine) -> None:
    scope, works = a_scope(), [Work(), Work()]
    answers = await asyncio.gather(*(once(engine, scope, BODY, work) for work in works))
    assert answers[0].answer == answers[1].answer
    assert sum([await rows(engine, work) for work in works]) == 1
    assert sorted(kept.again for kept in answers) == [False, True]


async def test_a_twin_that_takes_too_long_is_told_that_it_is_still_running(
    engine: AsyncEngine,
) -> None:
    scope = a_scope()
    async with engine.begin() as slow:
        await keep(slow, scope, BODY, 201, {})
        with pytest.raises(TwinRunning):
            await once(engine, scope, BODY, Work())


async def test_waiting_for_any_other_lock_is_no_twin(engine: AsyncEngine) -> None:
    work = Work()
    async with engine.begin() as slow:
        await slow.execute(text("INSERT INTO done VALUES (:what)"), {"what": work.what})
        with pytest.raises(OperationalError):
            await once(engine, a_scope(), BODY, work)


async def test_another_tables_violation_is_not_taken_for_a_twin(engine: AsyncEngine) -> None:
    work = Work()
    await once(engine, a_scope(), BODY, work)
    with pytest.raises(IntegrityError):
        await once(engine, a_scope(), BODY, work)


async def test_old_records_are_forgotten(engine: AsyncEngine) -> None:
    scope = a_scope()
    await once(engine, scope, BODY, Work())
    async with engine.begin() as conn:
        await forget_before(conn, wall_now() - timedelta(hours=1))
        assert await find(conn, scope) is not None
        assert await forget_before(conn, wall_now() + timedelta(minutes=1)) >= 1
        assert await find(conn, scope) is None


def test_spacing_and_order_make_no_other_body() -> None:
    one, same = b'{"a": 1, "b": "\xc3\xa9"}', rb'{"b":"\u00e9","a":1}'
    assert digest(one, SECRET) == digest(same, SECRET)
    assert digest(one, SECRET) != digest(b'{"a": 1, "b": "e"}', SECRET)
    assert digest(one, SECRET) != digest(one, SecretStr("another"))
    assert len(digest(one, SECRET)) == 32


@pytest.mark.parametrize("body", [b"", b"{", b"\xff"])
def test_what_is_not_json_has_no_digest(body: bytes) -> None:
    with pytest.raises(Malformed):
        digest(body, SECRET)


def test_two_workers_and_two_services_do_not_share_their_keys() -> None:
    workers = [Actor(name, "staff", "southend", "southend") for name in ("w-1", "w-2")]
    service = Actor("s", "service", client="handover", organisation="handover")
    agency = Actor("s", "agency", "southend", "a-7")
    scopes = [Scope.of(actor, "note", "k", "southend") for actor in (*workers, service, agency)]
    assert len(set(scopes)) == 4
    assert {scope.council for scope in scopes} == {"southend"}


router = APIRouter()


@router.post("/notes")
async def note(key: IdempotencyKey = None) -> str:
    return key or ""


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Idempotency-Key": ""}, 422),
        ({"Idempotency-Key": "a b"}, 422),
        ({"Idempotency-Key": "a" * 256}, 422),
        ({"Idempotency-Key": b"\xc3\xa9"}, 422),
        ({"Idempotency-Key": "a" * 255}, 200),
        ({"Idempotency-Key": "R-2026/11-0001"}, 200),
    ],
)
async def test_a_key_is_visible_and_not_too_long(headers: dict[str, Any], status: int) -> None:
    async with calling(an_application(router, public={"POST /notes"})) as client:
        answer = await client.post("/notes", headers=headers)
    assert answer.status_code == status
