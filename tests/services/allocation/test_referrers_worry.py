"""A referrer who is worried, asked whether each child has been seen, keeps a case from closing."""

from typing import Any

import pytest

from chassis.clocks import new_id
from contracts.referral import InformationAdded, ReferralAccepted
from tests.services.allocation.team_room import TeamRoom

pytestmark = pytest.mark.postgres


def added(accepted: ReferralAccepted, **other: Any) -> InformationAdded:
    ids = {"referral_id": accepted.referral_id, "family_id": accepted.family_id}
    return InformationAdded(**ids, **({"danger": False, "worried": False} | other))


async def test_a_referrers_worry_blocks_the_end_until_a_manager_has_answered(
    team: TeamRoom,
) -> None:
    case_id, accepted = await team.an_allocated_case()
    await team.ask("POST", f"/cases/{case_id}/closure", {"reason": "family_withdrew"})
    await team.hear(added(accepted, worried=True))
    assert "referrer_is_worried" in await team.prompts()
    path, body = f"/cases/{case_id}/closure/confirmation", {"risk_answer": "No."}
    refused = await team.manager("POST", path, body)
    assert refused.json()["blockers"] == ["worry_not_answered"]


async def test_what_else_a_referrer_adds_blocks_nothing(team: TeamRoom) -> None:
    case_id, accepted = await team.an_allocated_case()
    await team.ask("POST", f"/cases/{case_id}/closure", {"reason": "family_withdrew"})
    await team.hear(added(accepted))
    path, body = f"/cases/{case_id}/closure/confirmation", {"risk_answer": "No."}
    assert (await team.manager("POST", path, body)).json()["status"] == "closed"


async def test_a_worry_about_a_family_without_a_case_stays_with_the_front_door(
    team: TeamRoom,
) -> None:
    _, accepted = await team.an_allocated_case()
    elsewhere = accepted.model_copy(update={"referral_id": new_id(), "family_id": new_id()})
    await team.hear(added(elsewhere, worried=True))
    assert await team.parked() == []
