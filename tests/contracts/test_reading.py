import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from contracts.allocation import CaseClosed, NoContactStepRecorded
from contracts.catalogue import MESSAGES
from contracts.envelope import Message
from contracts.generate import EXAMPLES, read_examples
from contracts.referral import DangerOccasion, DangerReported
from contracts.shapes import OpenCode

BODIES = read_examples(EXAMPLES)
EVERY = pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())


def read(message: type[Message], body: dict[str, Any]) -> Message:
    return message.model_validate_json(json.dumps(body), extra="ignore")


@EVERY
def test_a_reader_ignores_a_field_it_does_not_know(message: type[Message]) -> None:
    body = BODIES[message.TYPE]
    assert read(message, body | {"added_later": 1}) == read(message, body)


@EVERY
def test_a_writer_may_not_add_a_field(message: type[Message]) -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        message(**BODIES[message.TYPE] | {"added_later": 1})


@EVERY
def test_a_writer_leaves_no_field_out(message: type[Message]) -> None:
    for name in message.model_fields:
        body = {key: value for key, value in BODIES[message.TYPE].items() if key != name}
        with pytest.raises(ValidationError, match="missing"):
            message(**body)


def coded_fields() -> Iterator[tuple[type[Message], str]]:
    for message in MESSAGES.values():
        schema = message.model_json_schema()
        for name, field in schema["properties"].items():
            if "x-read-others-as" in json.dumps(field):
                yield message, name


@pytest.mark.parametrize(
    ("message", "field"),
    [pytest.param(*found, id=f"{found[0].__name__}.{found[1]}") for found in coded_fields()],
)
def test_a_code_that_a_reader_does_not_know_is_read_as_unknown(
    message: type[Message], field: str
) -> None:
    new: Any = "coined_later"
    before = BODIES[message.TYPE][field]
    body = BODIES[message.TYPE] | {field: [new] if isinstance(before, list) else new}
    taken = getattr(read(message, body), field)
    taken = taken[0] if isinstance(taken, tuple) else taken
    assert isinstance(taken, OpenCode)
    assert taken.value == "unknown"


def test_every_message_with_a_code_was_tried() -> None:
    found = list(coded_fields())
    assert (NoContactStepRecorded, "step") in found
    assert (CaseClosed, "broad_reason") in found


def test_a_writer_may_not_coin_a_code() -> None:
    body = BODIES[DangerReported.TYPE] | {"occasion": "coined_later"}
    with pytest.raises(ValidationError, match="enum"):
        DangerReported(**body)


def test_a_code_that_is_not_text_is_refused_not_read_as_unknown() -> None:
    with pytest.raises(ValidationError):
        read(DangerReported, BODIES[DangerReported.TYPE] | {"occasion": 7})


def test_what_a_person_may_choose_leaves_out_unknown() -> None:
    assert DangerOccasion.known() == (
        DangerOccasion.INTAKE,
        DangerOccasion.REPEAT,
        DangerOccasion.ADDITIONAL_INFORMATION,
    )


def a_danger(reported_at: datetime) -> DangerReported:
    body = BODIES[DangerReported.TYPE] | {
        "reported_at": reported_at,
        "occasion": DangerOccasion.REPEAT,
    }
    return DangerReported(**body)


def test_a_moment_of_summer_time_is_kept_in_utc() -> None:
    summer = datetime(2026, 6, 1, 9, 0, tzinfo=timezone(timedelta(hours=1)))
    assert a_danger(summer).reported_at == datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
    assert a_danger(summer).reported_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone_aware"):
        a_danger(datetime(2026, 6, 1, 9, 0))  # noqa: DTZ001 (the naive one is the point)


def test_a_refused_message_never_repeats_what_it_was_given() -> None:
    body = BODIES[CaseClosed.TYPE] | {"proposed_by": "debbie@example.org", "case_id": "Aisha"}
    with pytest.raises(ValidationError) as refused:
        read(CaseClosed, body)
    assert "debbie" not in str(refused.value)
    assert "Aisha" not in str(refused.value)


def test_a_message_cannot_be_changed_once_it_is_said() -> None:
    said: BaseModel = a_danger(datetime(2026, 6, 1, 9, 0, tzinfo=UTC))
    with pytest.raises(ValidationError, match="frozen"):
        said.occasion = DangerOccasion.INTAKE  # type: ignore[attr-defined]


def test_a_type_is_spelt_in_one_way() -> None:
    with pytest.raises(TypeError, match="is not spelt"):

        class Shouted(Message, type="EarlyHelp.Shouted"):
            pass
