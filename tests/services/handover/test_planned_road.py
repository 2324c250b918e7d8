"""The planned road: authorised, sent, acknowledged, accepted, visited, completed."""

import pytest

from chassis.clocks import new_id
from tests.making.handing_over import WORDS, Desk, a_step_up

pytestmark = pytest.mark.postgres


async def test_a_planned_handover_goes_its_whole_way(desk: Desk) -> None:
    handover = await desk.opened(a_step_up())
    await desk.post(handover, "authorisation", desk.as_worker())
    assert await desk.send() == 1
    await desk.post(handover, "acknowledgement", desk.as_care())
    await desk.post(handover, "acceptance", desk.as_care("care-oscar"))
    await desk.post(handover, "visit-booking", desk.as_care(), on="2026-11-26")
    await desk.let_pass(days=2)
    await desk.post(handover, "visit", desk.as_worker("practitioner"), joint=True, on="2026-11-26")
    done = await desk.post(handover, "completion", desk.as_care(), receiving_worker="H. Invented")
    assert (done["status"], done["owner"], done["open"]) == ("completed", "social_care", False)
    assert await desk.said(handover) == [
        "opened",
        "authorised",
        "sent",
        "delivered",
        "acknowledged",
        "accepted",
        "visit-recorded",
        "completed",
    ]
    assert await desk.asked(handover) == set()
    left = await desk.rows("SELECT kind FROM timers WHERE ended_at IS NULL")
    assert left == []


async def test_nothing_leaves_before_a_manager_authorised_it(desk: Desk) -> None:
    handover = await desk.opened(a_step_up())
    assert await desk.send() == 0
    assert (await desk.tried(handover, "resend", desk.as_worker())).status_code == 409
    assert "authorise_handover" in await desk.asked(handover)
    assert await desk.said(handover) == ["opened"]


async def test_the_proposer_cannot_authorise_their_own_step_up(desk: Desk) -> None:
    handover = await desk.opened(a_step_up(proposed_by="staff-martin"))
    answer = await desk.tried(handover, "authorisation", desk.as_worker(sub="staff-martin"))
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("another-person-authorises")
    assert (await desk.seen(handover))["status"] == "proposed"


async def test_a_step_up_that_a_manager_authorised_leaves_at_once(desk: Desk) -> None:
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    assert await desk.send() == 1
    assert (await desk.seen(handover))["status"] == "sent"


async def test_a_proposer_named_as_authoriser_has_authorised_nothing(desk: Desk) -> None:
    handover = await desk.opened(a_step_up(authorised_by="staff-debbie"))
    assert await desk.send() == 0
    assert (await desk.seen(handover))["authorised_by"] is None


async def test_the_receiving_side_does_not_see_what_has_not_left(desk: Desk) -> None:
    handover = await desk.opened(a_step_up())
    answer = await desk.client.get(f"/handovers/{handover}", headers=desk.as_care())
    assert answer.status_code == 404
    listed = await desk.client.get("/handovers", headers=desk.as_care())
    assert listed.json() == []
    assert (await desk.tried(handover, "acceptance", desk.as_care())).status_code == 404


async def test_the_pack_carries_the_family_and_the_childs_own_words(desk: Desk) -> None:
    await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    (arrival,) = await desk.care_has()
    pack = arrival["pack_body"]
    assert (pack["source"], pack["original_source"]) == ("5D", "2A")
    (child,) = pack["household"]["children"]
    assert (child["given_name"], child["words"]) == ("Robin", [WORDS])
    (adult,) = pack["household"]["adults"]
    assert (adult["relationship"], adult["parental_responsibility"]) == ("mother", "yes")
    assert pack["reasons"]["factors"] == ["1B", "18C"]
    assert pack["reasons"]["tried"] == ["Weekly visits.", "A breakfast club."]


async def test_the_owners_are_asked_for_the_pack_and_nothing_else(desk: Desk) -> None:
    step_up = a_step_up(authorised_by="staff-martin")
    await desk.opened(step_up)
    await desk.send()
    asked = [each for each in desk.outside.asked if each.url.host != "simulators.test"]
    assert {each.headers["Kinbridge-Purpose"] for each in asked} == {"handover_pack"}
    assert [each.url.path for each in asked] == [
        f"/internal/southend/referrals/{step_up.referral_ids[0]}/detail",
        f"/internal/southend/cases/{step_up.case_id}/detail",
    ]


async def test_nothing_of_the_family_is_kept_or_said(desk: Desk) -> None:
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    kept = str(await desk.rows("SELECT * FROM handovers") + await desk.rows("SELECT * FROM packs"))
    told = str([bytes(row["body"]) for row in await desk.rows("SELECT body FROM outbox")])
    for words in (WORDS, "Robin", "Invented Road", "9990000018"):
        assert words not in kept
        assert words not in told
    assert (await desk.seen(handover))["packs"][0]["sha256"] in told


async def test_another_councils_handover_is_nowhere_to_be_found(desk: Desk) -> None:
    await desk.hear(a_step_up(authorised_by="staff-george"), council="west-sussex")
    (row,) = await desk.rows("SELECT id FROM handovers")
    answer = await desk.client.get(f"/handovers/{row['id']}", headers=desk.as_worker())
    unknown = await desk.client.get(f"/handovers/{new_id()}", headers=desk.as_worker())
    assert answer.status_code == unknown.status_code == 404
    assert (await desk.tried(str(row["id"]), "acceptance", desk.as_care())).status_code == 404


async def test_every_read_and_step_is_on_record(desk: Desk) -> None:
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    await desk.seen(handover, desk.as_care())
    await desk.post(handover, "acknowledgement", desk.as_care())
    audit = await desk.rows("SELECT action, actor FROM audit WHERE subject = :it", it=handover)
    assert {"action": "handover.read", "actor": "care-helen"} in audit
    steps = await desk.rows('SELECT may, frm, "then", actor FROM history ORDER BY id')
    assert [(each["may"], each["then"]) for each in steps] == [
        ("authorised", "authorised"),
        ("sent", "sent"),
        ("acknowledged", "acknowledged"),
    ]


async def test_a_decline_leaves_the_family_where_it_was(desk: Desk) -> None:
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    words = "The threshold is not met."
    after = await desk.post(
        handover, "decline", desk.as_care(), reason="threshold_not_met", words=words
    )
    assert (after["status"], after["owner"]) == ("declined", "early_help")
    assert (await desk.body(handover, "declined"))["reason"] == "threshold_not_met"
    assert (await desk.seen(handover))["notes"][0]["words"] == words
    assert await desk.asked(handover) == {"consider_challenging_decline"}
    assert (await desk.tried(handover, "acceptance", desk.as_care())).status_code == 409


async def test_what_was_asked_is_answered_with_a_further_version(desk: Desk) -> None:
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    await desk.post(
        handover, "information-request", desk.as_care(), question="Who else lives there?"
    )
    assert "answer_information_request" in await desk.asked(handover)
    await desk.post(handover, "resend", desk.as_worker(), answer="A baby brother.")
    await desk.send()
    first, second = await desk.care_has()
    assert first["pack_id"] == second["pack_id"]
    assert (first["version"], second["version"]) == (1, 2)
    assert second["pack_body"]["answers"] == ["A baby brother."]
    assert (await desk.seen(handover))["status"] == "acknowledged"
    accepted = await desk.post(handover, "acceptance", desk.as_care())
    assert accepted["status"] == "accepted"


async def test_no_handover_is_completed_without_a_visit_or_its_reason(desk: Desk) -> None:
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    await desk.post(handover, "acceptance", desk.as_care())
    worker = {"receiving_worker": "H. Invented"}
    assert (await desk.tried(handover, "completion", desk.as_care(), **worker)).status_code == 409
    assert (await desk.tried(handover, "visit", desk.as_care(), joint=False)).status_code == 409
    await desk.post(
        handover, "visit", desk.as_care(), joint=False, reason_not_joint="same_worker_stays"
    )
    done = await desk.post(handover, "completion", desk.as_care(), **worker)
    assert done["status"] == "completed"
    assert (await desk.body(handover, "visit-recorded"))["joint"] is False


async def test_a_visit_to_come_cannot_be_recorded(desk: Desk) -> None:
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    await desk.post(handover, "acceptance", desk.as_care())
    for day in ("2026-11-25", "2026-11-23"):
        answer = await desk.tried(handover, "visit", desk.as_care(), joint=True, on=day)
        assert answer.json()["type"].endswith("time-not-possible")


async def test_a_step_up_taken_back_after_it_left_is_told_by_a_person(desk: Desk) -> None:
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    after = await desk.post(handover, "cancellation", desk.as_worker(), reason="family_moved")
    assert after["status"] == "cancelled"
    assert await desk.asked(handover) == {"tell_social_care_of_cancellation"}
    assert (await desk.said(handover))[-1] == "cancelled"
