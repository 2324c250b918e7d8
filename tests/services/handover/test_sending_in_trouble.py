"""A pack is never dropped: it is tried again, known when it comes twice, and a person is asked."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from chassis.logs import set_up_logs
from services.handover.outbound.dispatcher import Dispatcher
from services.handover.store.handovers import Reader, one_handover
from services.handover.store.packs import claim_next, prepare, stop_sending
from services.handover.use_cases.record_sending import Setback, record_setback
from tests.making.handing_over import WORDS, Desk, a_diversion, a_step_up

pytestmark = pytest.mark.postgres


async def tries(desk: Desk, times: int) -> None:
    for _ in range(times):
        await desk.hurry()
        await desk.send()


async def test_a_system_that_is_down_gets_the_same_pack_once_it_is_up(desk: Desk) -> None:
    await desk.care_is("down")
    handover = await desk.opened(a_diversion())
    assert await desk.send() == 1
    assert await desk.said(handover) == ["opened"]
    duty = desk.as_worker("duty_manager", sub="staff-priya")
    await desk.let_pass(hours=1, minutes=1)
    assert "ring_social_care" in await desk.asked(handover, duty)
    await desk.post(
        handover,
        "phone-acknowledgement",
        duty,
        person_name_code="HELEN-01",
        at=desk.room.clock.now().isoformat(),
    )
    (before,) = (await desk.seen(handover))["packs"]
    await desk.care_is("up")
    await tries(desk, 1)
    (after,) = (await desk.seen(handover))["packs"]
    assert after["state"] == "delivered"
    for name in ("pack_id", "version", "sha256"):
        assert after[name] == before[name]
    assert (await desk.seen(handover))["status"] == "acknowledged"
    assert await desk.said(handover) == ["opened", "acknowledged", "sent", "delivered"]


async def test_an_answer_lost_on_its_way_back_is_one_arrival(desk: Desk) -> None:
    desk.outside.lost = 1
    handover = await desk.opened(a_diversion())
    await desk.send()
    await tries(desk, 1)
    first, second = await desk.care_has()
    assert (first["answered"], second["answered"]) == (201, 200)
    assert (first["pack"], first["sha256"]) == (second["pack"], second["sha256"])
    assert await desk.said(handover) == ["opened", "sent", "delivered"]


async def test_a_pack_that_a_crash_left_behind_goes_again(desk: Desk) -> None:
    handover = await desk.opened(a_diversion())
    async with desk.room.engine.begin() as conn:
        assert await claim_next(conn, timedelta(seconds=0.2)) is not None
        assert await claim_next(conn, timedelta(seconds=0.2)) is None
    await asyncio.wait_for(_sent(desk), 5)
    assert await desk.said(handover) == ["opened", "sent", "delivered"]


async def _sent(desk: Desk) -> None:
    sending = asyncio.create_task(Dispatcher(desk.room).run())
    while not await desk.care_has():
        await asyncio.wait({sending}, timeout=0.05)
    await asyncio.wait({sending}, timeout=0.2)
    sending.cancel()


async def test_two_senders_send_a_pack_once(desk: Desk) -> None:
    for _ in range(3):
        await desk.hear(a_diversion())
    await asyncio.gather(desk.send(), desk.send(), desk.send())
    arrivals = await desk.care_has()
    assert [each["answered"] for each in arrivals] == [201, 201, 201]
    assert len({each["pack_id"] for each in arrivals}) == 3


async def test_what_changed_while_it_waited_goes_as_a_further_version(desk: Desk) -> None:
    await desk.care_is("down")
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    desk.outside.referral["people"][1]["given_name"] = "Sam"
    await desk.care_is("up")
    await tries(desk, 1)
    old, new = (await desk.seen(handover))["packs"]
    assert (old["version"], old["state"]) == (1, "superseded")
    assert (new["version"], new["state"]) == (2, "delivered")
    assert old["pack_id"] == new["pack_id"]
    assert (await desk.body(handover, "sent"))["pack_version"] == 2


async def test_after_enough_tries_a_person_is_asked_and_sending_goes_on(desk: Desk) -> None:
    await desk.care_is("down")
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await tries(desk, 7)
    assert await desk.asked(handover) == set()
    await tries(desk, 1)
    assert await desk.asked(handover) == {"ring_social_care"}
    assert (await desk.body(handover, "send-failed"))["reason"] == "not_reached"
    await desk.care_is("up")
    await tries(desk, 1)
    assert (await desk.seen(handover))["status"] == "sent"
    assert await desk.asked(handover) == set()


async def test_a_planned_pack_not_delivered_in_four_hours_has_failed(desk: Desk) -> None:
    await desk.care_is("down")
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    await desk.let_pass(hours=4, minutes=1)
    assert (await desk.body(handover, "send-failed"))["reason"] == "not_reached"
    (task,) = await desk.rows("SELECT assignee, role FROM prompts WHERE kind = 'ring_social_care'")
    assert task == {"assignee": "staff-martin", "role": "team_manager"}


async def test_a_pack_that_the_system_refuses_goes_to_a_person(desk: Desk) -> None:
    await desk.care_is("reject")
    handover = await desk.opened(a_diversion())
    await tries(desk, 3)
    (pack,) = (await desk.seen(handover))["packs"]
    assert (pack["state"], pack["attempts"]) == ("refused", 1)
    assert (await desk.body(handover, "send-failed"))["reason"] == "refused_by_system"
    duty = desk.as_worker("duty_manager")
    assert "ring_social_care" in await desk.asked(handover, duty)
    await desk.care_is("up")
    await desk.post(handover, "resend", duty)
    await desk.send()
    assert (await desk.seen(handover))["packs"][1]["state"] == "delivered"
    assert "ring_social_care" in await desk.asked(handover, duty)


async def test_an_owner_that_is_away_is_asked_again(desk: Desk) -> None:
    desk.outside.answers = [503]
    handover = await desk.opened(a_diversion())
    await desk.send()
    assert await desk.care_has() == []
    await tries(desk, 1)
    assert await desk.said(handover) == ["opened", "sent", "delivered"]


async def test_an_owner_that_refuses_goes_to_a_person_at_once(desk: Desk) -> None:
    desk.outside.answers = [403]
    handover = await desk.opened(a_diversion())
    await desk.send()
    assert "ring_social_care" in await desk.asked(handover, desk.as_worker("duty_manager"))
    await tries(desk, 1)
    assert len(await desk.care_has()) == 1


async def test_a_pack_that_cannot_be_put_together_is_not_lost(desk: Desk) -> None:
    desk.outside.referral["people"] = [{"person_id": 1, "address": "nowhere", "kind": "child"}]
    handover = await desk.opened(a_diversion())
    await desk.send()
    (pack,) = (await desk.seen(handover))["packs"]
    assert (pack["state"], pack["last_outcome"]) == ("waiting", "TypeError")
    assert "ring_social_care" in await desk.asked(handover, desk.as_worker("duty_manager"))


async def test_a_step_up_taken_back_in_time_never_leaves(desk: Desk) -> None:
    await desk.care_is("down")
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    await desk.post(handover, "cancellation", desk.as_worker(), reason="proposed_in_error")
    await desk.care_is("up")
    await tries(desk, 2)
    assert await desk.care_has() == []
    assert await desk.asked(handover) == set()


async def test_the_log_of_a_failed_try_tells_nothing_of_the_family(
    desk: Desk,
) -> None:
    written: list[str] = []
    set_up_logs("handover", write=written.append)
    await desk.care_is("reject")
    await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    printed = "".join(written)
    assert "pack not delivered" in printed
    for words in (WORDS, "Robin", "Invented Road", "9990000018"):
        assert words not in printed


async def test_quiet_waits_for_a_pack_on_its_way_and_not_for_one_in_a_long_pause(
    desk: Desk,
) -> None:
    await desk.hear(a_diversion())
    waiting = (await desk.client.get("/quiet")).json()["waiting"]
    assert waiting["packs_on_their_way"] == 1
    await desk.care_is("down")
    await tries(desk, 5)
    waiting = (await desk.client.get("/quiet")).json()["waiting"]
    assert waiting["packs_on_their_way"] == 0


async def test_taken_back_while_a_changed_pack_is_prepared_neither_waits_for_the_other(
    desk: Desk,
) -> None:
    await desk.care_is("down")
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    await desk.send()
    await desk.hurry()
    async with desk.room.engine.begin() as conn:
        claimed = await claim_next(conn, timedelta(seconds=30))
    assert claimed

    async def prepared() -> object:
        async with desk.room.engine.begin() as conn:
            return await prepare(conn, *claimed, "b" * 64)

    async with desk.room.engine.begin() as person:
        ended = await one_handover(person, Reader("southend"), UUID(handover), hold=True)
        preparing = asyncio.create_task(prepared())
        done, _ = await asyncio.wait({preparing}, timeout=0.5)
        assert not done
        await stop_sending(person, ended)
    assert await preparing is None
    assert await desk.rows("SELECT state FROM packs") == [{"state": "stopped"}]


async def test_a_late_failure_of_one_sender_takes_nothing_back_from_another(desk: Desk) -> None:
    handover = await desk.opened(a_step_up(authorised_by="staff-martin"))
    async with desk.room.engine.begin() as conn:
        claimed = await claim_next(conn, timedelta(seconds=0))
    assert claimed
    assert await desk.send() == 1
    for setback in (Setback("care-409", final=True, for_a_person=True), Setback("away")):
        async with desk.room.engine.begin() as conn:
            await record_setback(conn, desk.room, claimed[0], setback)
    seen = await desk.seen(handover)
    assert (seen["status"], seen["packs"][0]["last_outcome"]) == ("sent", "delivered")
    assert await desk.asked(handover) == set()
