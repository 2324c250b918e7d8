import json
from copy import deepcopy
from typing import Any

import pytest

from contracts.catalogue import MESSAGES
from contracts.generate import LOCK, SCHEMAS, read_lock, schema_of
from contracts.handover import HandoverDeclined
from contracts.referral import ReferralDiverted
from tests.contracts.compatibility import BACKWARD, FORWARD, breaks

PUBLISHED = read_lock((SCHEMAS / LOCK).read_text())


def published(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text())
    return schema


def declined() -> dict[str, Any]:
    return deepcopy(schema_of(HandoverDeclined))


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_written_now_and_what_was_published_read_each_other(name: str) -> None:
    assert breaks(published(name), schema_of(MESSAGES[name])) == []


def test_a_new_required_field_is_found() -> None:
    new = declined()
    new["properties"]["shown"] = {"type": "boolean"}
    new["required"].append("shown")
    assert breaks(declined(), new) == [BACKWARD]


def test_a_removed_field_is_found() -> None:
    new = declined()
    del new["properties"]["reason"]
    new["required"].remove("reason")
    assert breaks(declined(), new) == [FORWARD]


def test_a_narrowed_code_list_is_found() -> None:
    new = declined()
    new["properties"]["reason"]["enum"].remove("other_area")
    assert breaks(declined(), new) == [BACKWARD]


def test_a_code_list_may_grow_where_readers_take_the_rest_as_unknown() -> None:
    new = declined()
    new["properties"]["reason"]["enum"].append("coined_later")
    assert breaks(declined(), new) == []


def test_a_code_list_that_has_no_unknown_may_not_grow() -> None:
    old, new = declined(), declined()
    for schema in (old, new):
        del schema["properties"]["reason"]["x-read-others-as"]
    new["properties"]["reason"]["enum"].append("coined_later")
    assert breaks(old, new) == [FORWARD]


def test_an_optional_field_may_be_added() -> None:
    new = declined()
    new["properties"]["shown"] = {"type": "boolean"}
    assert breaks(declined(), new) == []


def test_a_renamed_field_is_found_both_ways() -> None:
    new = declined()
    new["properties"]["why"] = new["properties"].pop("reason")
    new["required"][new["required"].index("reason")] = "why"
    assert breaks(declined(), new) == [BACKWARD, FORWARD]


def test_a_changed_format_is_found() -> None:
    new = declined()
    new["properties"]["handover_id"]["format"] = "date-time"
    assert breaks(declined(), new) == [BACKWARD, FORWARD]


def test_a_field_that_may_now_be_null_is_found() -> None:
    new = deepcopy(schema_of(ReferralDiverted))
    urgent = new["properties"]["urgent"]
    new["properties"]["urgent"] = {"anyOf": [urgent, {"type": "null"}]}
    assert breaks(schema_of(ReferralDiverted), new) == [FORWARD]


def test_a_reference_is_followed() -> None:
    old, new = declined(), declined()
    for schema in (old, new):
        schema["$defs"] = {"Reason": schema["properties"].pop("reason")}
        schema["properties"]["reason"] = {"$ref": "#/$defs/Reason"}
    assert breaks(old, new) == []
    new["$defs"]["Reason"]["enum"].remove("other_area")
    assert breaks(old, new) == [BACKWARD]
