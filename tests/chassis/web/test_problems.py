"""What a caller is told when something goes wrong, and what neither answer nor log repeats."""

import json
from datetime import date
from enum import StrEnum
from typing import Any

import psycopg.errors as pg
import pytest
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis.facts import Fact, Forbidden, Malformed, NotAllowed, NotFound, TryLater, TwinRunning
from chassis.logs import set_up_logs
from chassis.web.problems import NotIdentified, TooLarge, status_of
from tests.making.applications import an_application, calling

VALUE = "Rowan Invented"


class Kind(StrEnum):
    CHILD = "child"
    ADULT = "adult"


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Kind
    born: date
    name: str = Field(min_length=1, max_length=5)
    number: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _plain(self) -> "Person":
        if self.name == "own":
            raise PydanticCustomError("unborn_without_due_date", "A date is needed here.")
        if self.name == "spoon":
            message = f"no such name: {VALUE}"
            raise ValueError(message)
        return self


class Household(BaseModel):
    people: list[Person]


router = APIRouter()


@router.post("/households")
async def take(household: Household, limit: int = 5) -> int:
    return len(household.people) + limit


ERRORS: dict[str, BaseException] = {
    "not-allowed": NotAllowed("A thing that is closed cannot be opened.", route="/amendments"),
    "lock": OperationalError("SELECT", {"name": VALUE}, pg.LockNotAvailable(VALUE)),
    "pool": PoolTimeout("QueuePool limit"),
    "gone": OperationalError("SELECT", {"name": VALUE}, pg.OperationalError(VALUE)),
    "late": TryLater("Come back.", retry_after=30),
    "twin": TwinRunning(),
    "unique": IntegrityError("INSERT", {"name": VALUE}, pg.UniqueViolation(VALUE)),
    "bug": ValueError(VALUE),
    "members": NotFound("Nothing.", status=200, detail=VALUE, type="x"),
}


@router.get("/errors/{which}")
async def fail(which: str) -> None:
    raise ERRORS[which]


PUBLIC = {"POST /households", "GET /errors/{which}"}


async def told(which: str) -> Any:
    async with calling(an_application(router, public=PUBLIC)) as client:
        return await client.get(f"/errors/{which}")


async def refused(content: Any, path: str = "/households", **headers: str) -> Any:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = {"content-type": "application/json"} | headers
    async with calling(an_application(router, public=PUBLIC)) as client:
        answer = await client.post(path, content=body, headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert VALUE not in answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("fact", "status"),
    [
        (NotIdentified, 401),
        (Forbidden, 403),
        (NotFound, 404),
        (NotAllowed, 409),
        (TooLarge, 413),
        (Malformed, 422),
        (TwinRunning, 425),
        (TryLater, 503),
        (Fact, 409),
        (type("NoSuchTeam", (NotFound,), {}), 404),
    ],
)
def test_each_fact_has_its_status(fact: type[Fact], status: int) -> None:
    assert status_of(fact()) == status


async def test_a_refused_step_is_a_problem_that_says_its_sentence() -> None:
    answer = await told("not-allowed")
    problem = answer.json()
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem.pop("instance").startswith("urn:uuid:")
    assert problem == {
        "type": "urn:kinbridge:problem:not-allowed-now",
        "title": "This step is not allowed now",
        "status": 409,
        "detail": "A thing that is closed cannot be opened.",
        "route": "/amendments",
    }


async def test_the_instance_is_the_trace_that_the_caller_named() -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    async with calling(an_application(router, public=PUBLIC)) as client:
        headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
        answer = await client.get("/errors/not-allowed", headers=headers)
    assert answer.json()["instance"].removeprefix("urn:uuid:").replace("-", "") == trace


@pytest.mark.parametrize("which", ["lock", "pool", "gone"])
async def test_a_database_that_is_away_is_try_later(which: str) -> None:
    answer = await told(which)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert VALUE not in answer.text


async def test_a_fact_may_say_when_to_come_back() -> None:
    answer = await told("late")
    assert answer.headers["retry-after"] == "30"
    assert "retry_after" not in answer.json()


async def test_a_twin_still_running_is_425() -> None:
    answer = await told("twin")
    assert answer.status_code == 425
    assert answer.headers["retry-after"] == "1"


async def test_a_facts_members_cannot_replace_the_problems_own() -> None:
    answer = (await told("members")).json()
    assert (answer["status"], answer["detail"]) == (404, "Nothing.")


@pytest.mark.parametrize("which", ["unique", "bug"])
async def test_a_bug_is_a_reference_alone_and_leaves_no_value_in_the_log(which: str) -> None:
    lines: list[str] = []
    set_up_logs("invented", write=lines.append)
    answer = await told(which)
    assert answer.status_code == 500
    assert set(answer.json()) == {"type", "title", "status", "detail", "instance"}
    assert VALUE not in answer.text + "".join(lines)
    line = next(json.loads(one) for one in lines if "unexpected" in one)
    assert line["error"] in ("sqlalchemy.exc.IntegrityError", "ValueError")
    assert line["where"][-1].startswith("test_problems.fail:")
    reference = answer.json()["instance"].removeprefix("urn:uuid:").replace("-", "")
    assert line["trace_id"] == reference


async def test_all_field_errors_are_told_at_once() -> None:
    people = [{"kind": VALUE, "born": VALUE, "name": VALUE}, {"name": "", VALUE: 1, "nane": 2}]
    problem = await refused({"people": people})
    assert problem["detail"] == "8 things in the request must be put right."
    found = {(one["field"], one["error"]) for one in problem["errors"]}
    assert found == {
        ("people.0.kind", "enum"),
        ("people.0.born", "date_from_datetime_parsing"),
        ("people.0.name", "string_too_long"),
        ("people.1.kind", "missing"),
        ("people.1.born", "missing"),
        ("people.1.name", "string_too_short"),
        ("people.1.?", "extra_forbidden"),
        ("people.1.nane", "extra_forbidden"),
    }
    assert all(set(one) == {"field", "error", "message"} for one in problem["errors"])
    messages = {one["field"]: one["message"] for one in problem["errors"]}
    assert messages["people.0.name"] == "This must have at most 5 characters."
    assert messages["people.0.kind"] == "This must be one of: 'child' or 'adult'."


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("own", "unborn_without_due_date", "A date is needed here."),
        ("spoon", "value_error", "This value is not acceptable here."),
    ],
)
async def test_a_models_own_sentence_is_told_but_never_a_value_errors_words(
    name: str, error: str, message: str
) -> None:
    person = {"kind": "child", "born": "2020-01-01", "name": name}
    problem = await refused({"people": [person]})
    assert problem["errors"] == [{"field": "people.0", "error": error, "message": message}]


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe{}", b'{"a": "\\ud800"}', b"[]", b"null"])
async def test_what_is_not_the_expected_json_is_malformed(body: bytes) -> None:
    assert (await refused(body))["errors"][0]["message"]


async def test_a_body_that_is_not_called_json_is_told_to_be() -> None:
    problem = await refused({"people": []}, **{"content-type": "text/plain"})
    assert "application/json" in problem["errors"][0]["message"]


async def test_a_query_parameter_says_that_it_is_one() -> None:
    problem = await refused({"people": []}, f"/households?limit={VALUE}")
    assert problem["errors"][0]["field"] == "query.limit"


async def test_an_unknown_path_and_a_wrong_method_are_problems_too() -> None:
    async with calling(an_application(router, public=PUBLIC)) as client:
        nowhere, wrong = await client.get("/nowhere"), await client.get("/households")
    assert nowhere.json()["type"] == "urn:kinbridge:problem:not-found"
    assert wrong.json()["status"] == 405
    assert wrong.headers["allow"] == "POST"
    assert nowhere.headers["content-type"] == "application/problem+json"
