"""Danger is taken in from whomever it comes, and alarms each time that it is told."""

from typing import Any

import psycopg
import pytest

from chassis.clocks import new_id
from tests.making.front_door import FrontDoor
from tests.making.referrals import a_referral, with_danger

pytestmark = pytest.mark.postgres


async def test_who_took_the_first_danger_has_not_taken_the_second(door: FrontDoor) -> None:
    body = a_referral(danger=with_danger())
    sent = await door.client.post("/referrals", json=body, headers=await door.as_agency())
    referral = sent.json()["referral_id"]
    prompt = (await door.asked(referral))["danger"]["id"]
    await door.client.post(f"/prompts/{prompt}/taken", headers=door.as_worker())
    again = await door.client.post(
        f"/referrals/{referral}/additional-information",
        json={"danger": with_danger()},
        headers=door.as_worker(),
    )
    assert again.status_code == 201, again.text
    assert (await door.asked(referral))["danger"]["taken_at"] is None
    await door.later(minutes=16)
    asked = await door.asked(referral)
    assert {"danger_not_taken", "danger_ring_out_of_hours_team"} & set(asked)


@pytest.mark.parametrize("danger", [True, False])
async def test_a_worker_who_names_an_agency_wrongly_is_refused_except_in_danger(
    door: FrontDoor, *, danger: bool
) -> None:
    call = a_referral(referrer={"kind": "agency", "agency_id": str(new_id())})
    call |= {"danger": with_danger()} if danger else {}
    answer = await door.client.post("/referrals", json=call, headers=door.as_worker())
    if danger:
        assert answer.status_code == 201, answer.text
        assert "danger" in await door.asked(answer.json()["referral_id"])
    else:
        assert answer.status_code == 422
        assert [one["field"] for one in answer.json()["errors"]] == ["referrer.agency_id"]


@pytest.mark.parametrize("danger", [True, False])
async def test_an_agency_whose_access_was_closed_this_minute_is_heard_in_danger_alone(
    door: FrontDoor, *, danger: bool
) -> None:
    organisation = str(new_id())
    closed = door.agencies.bearer(
        sub="southend.closed",
        client_id="southend.closed",
        kinbridge_council="southend",
        kinbridge_organisation=organisation,
        scope="referrals.submit",
    )
    body = a_referral(danger=with_danger()) if danger else a_referral()
    answer = await door.client.post("/referrals", json=body, headers=closed)
    assert answer.status_code == (201 if danger else 403), answer.text
    if danger:
        said = (await door.said(answer.json()["referral_id"]))[0]["body"]
        assert (said["agency_id"], said["referrer_kind"]) == (None, "agency")


ODD = ("1527-02-04T08:35:20-20:02", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")


@pytest.mark.parametrize("moment", ODD)
async def test_a_moment_that_nobody_can_reckon_with_does_not_keep_danger_out(
    door: FrontDoor, moment: str
) -> None:
    body = a_referral(danger=with_danger())
    body["household"]["children"][0]["where_now"] = {"goes_home_at": moment}
    body["household"]["children"].append({"expected": "9999-12-31"})
    sent = await door.client.post("/referrals", json=body, headers=await door.as_agency())
    assert sent.status_code == 201, sent.text
    fields = {each["field"] for each in sent.json()["missing"]}
    assert any(field.endswith("where_now.goes_home_at") for field in fields), fields
    assert any(field.endswith("expected") for field in fields), fields
    shown = f"/referrals/{sent.json()['referral_id']}"
    read = await door.client.get(shown, headers=door.as_worker())
    assert read.status_code == 200, read.text


@pytest.mark.parametrize("moment", ["2199-12-31T23:59:59-01:00", "1900-01-01T00:30:00+01:00"])
async def test_whatever_is_taken_in_can_be_read_again(door: FrontDoor, moment: str) -> None:
    body = a_referral(danger=with_danger())
    body["household"]["children"][0]["where_now"] = {"goes_home_at": moment}
    sent = await door.client.post("/referrals", json=body, headers=await door.as_agency())
    assert sent.status_code == 201, sent.text
    shown = f"/referrals/{sent.json()['referral_id']}"
    read = await door.client.get(shown, headers=door.as_worker())
    assert read.status_code == 200, read.text


def defeat(door: FrontDoor, table: str, check: str) -> None:
    """Let the database refuse what nobody thought of."""
    with psycopg.connect(door.owner_url) as conn:
        conn.execute(f"ALTER TABLE {table} ADD CONSTRAINT defeat CHECK ({check}) NOT VALID")


@pytest.mark.parametrize("danger", [True, False])
async def test_danger_is_kept_though_its_form_defeats_us(door: FrontDoor, *, danger: bool) -> None:
    defeat(door, "people", "false")
    body = a_referral(danger=with_danger()) if danger else a_referral()
    body["household"]["restricted"] = "no"
    agency = await door.as_agency()
    answers = [await door.client.post("/referrals", json=body, headers=agency) for _ in range(2)]
    assert [sent.status_code for sent in answers] == ([201, 200] if danger else [500, 500])
    if danger:
        referral = answers[0].json()["referral_id"]
        assert answers[1].json()["referral_id"] == referral
        assert "danger" in await door.asked(referral)
        (kept,) = await door.rows(
            "SELECT restricted, agency_reference IS NOT NULL AS named,"
            " (SELECT bool_and(as_sent IS NOT NULL) FROM accounts) AS as_sent FROM referrals"
        )
        assert kept == {"restricted": True, "named": True, "as_sent": True}


@pytest.mark.parametrize("key", [None, "once"])
async def test_danger_added_later_is_kept_though_its_form_defeats_us(
    door: FrontDoor, key: str | None
) -> None:
    agency = await door.as_agency()
    sent = await door.client.post("/referrals", json=a_referral(), headers=agency)
    defeat(door, "accounts", "NOT told ? 'information'")
    path = f"/referrals/{sent.json()['referral_id']}/additional-information"
    keyed = agency | ({"Idempotency-Key": key} if key else {})
    words: dict[str, Any] = {"information": "Invented words."}
    plain = await door.client.post(path, json=words, headers=agency)
    assert plain.status_code == 500
    added = await door.client.post(path, json=words | {"danger": with_danger()}, headers=keyed)
    assert added.status_code == 201, added.text
    assert "danger" in await door.asked(sent.json()["referral_id"])


PLANT = """
CREATE FUNCTION defeat() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$;
CREATE TRIGGER defeat BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION defeat();
"""


async def test_trouble_that_passes_keeps_nothing_bare(door: FrontDoor) -> None:
    agency, body = await door.as_agency(), a_referral(danger=with_danger())
    with psycopg.connect(door.owner_url) as conn:
        conn.execute(PLANT)
    sent = await door.client.post("/referrals", json=body, headers=agency)
    assert sent.status_code == 503, sent.text
    assert await door.rows("SELECT id FROM referrals") == []
    with psycopg.connect(door.owner_url) as conn:
        conn.execute("DROP TRIGGER defeat ON people")
    assert (await door.client.post("/referrals", json=body, headers=agency)).status_code == 201
    assert len(await door.rows("SELECT id FROM people")) > 1


@pytest.mark.parametrize("answer", ["yes", "y", 1, True])
async def test_danger_is_heard_though_reading_it_defeats_us(
    door: FrontDoor, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    body = {"danger": {"immediate_danger": answer}}
    agency = await door.as_agency()
    monkeypatch.setattr("services.referral.intake.reading.gaps", lambda *_: 1 / 0)
    sent = await door.client.post("/referrals", json=body, headers=agency)
    assert sent.status_code == 201, sent.text
    assert "danger" in await door.asked(sent.json()["referral_id"])
    calm = await door.client.post("/referrals", json=a_referral(), headers=agency)
    assert calm.status_code == 500


@pytest.mark.parametrize(
    "told",
    [
        {"household": None},
        {"household": []},
        {"household": {"restricted": "perhaps"}},
        {"household": {"Restricted": "yes"}},
        {"restricted": "yes"},
    ],
)
async def test_where_nobody_can_read_whether_they_are_restricted_they_are(
    door: FrontDoor, told: dict[str, Any]
) -> None:
    body = a_referral(danger=with_danger()) | told
    sent = await door.client.post("/referrals", json=body, headers=await door.as_agency())
    assert sent.status_code == 201, sent.text
    assert [row["restricted"] for row in await door.rows("SELECT restricted FROM referrals")] == [
        True
    ]


async def test_of_two_answers_about_their_whereabouts_the_careful_one_counts(
    door: FrontDoor,
) -> None:
    twice = (
        b'{"danger": {"immediate_danger": "yes"},'
        b' "household": {"restricted": "yes"}, "household": {}}'
    )
    sent = await door.client.post("/referrals", content=twice, headers=await door.as_agency())
    assert sent.status_code == 201, sent.text
    assert [row["restricted"] for row in await door.rows("SELECT restricted FROM referrals")] == [
        True
    ]
