"""What the two practitioners told of their councils is what their councils' files say."""

from datetime import date
from pathlib import Path

import pytest

from contracts import allocation, codes, notifications, roles
from councils.checks import ROLES
from councils.clocks import CalendarDays, Ends, Hours, Months, WorkingDays, WorkingHours
from councils.endpoints import EndpointWrong, social_care_endpoint
from councils.rules import UnknownCode, UnknownCouncil, load_councils
from councils.wording import AUDIENCES, BROAD_REASONS, MILESTONES
from tests.councils.planting import COUNCILS

SOUTHEND = load_councils(COUNCILS)["southend"]
WEST_SUSSEX = load_councils(COUNCILS)["west-sussex"]


def test_councils_are_found_by_their_code_and_no_other() -> None:
    councils = load_councils(Path("councils"))
    assert sorted(councils) == ["southend", "west-sussex"]
    with pytest.raises(UnknownCouncil, match="There is no council with the code narnia"):
        councils["narnia"]
    assert councils.get("narnia") is None
    assert "narnia" not in councils


def test_the_names_of_roles_are_the_councils_own() -> None:
    assert SOUTHEND.labels[roles.Role.PRACTITIONER] == "Family Support Practitioner"
    assert WEST_SUSSEX.labels[roles.Role.PRACTITIONER] == "Family Support Key Worker"


def test_a_worker_in_southend_holds_twelve_families_and_forty_five_people() -> None:
    assert (SOUTHEND.limits.families, SOUTHEND.limits.people) == (12, 45)
    assert SOUTHEND.limits.weight is None
    assert (
        WEST_SUSSEX.limits.complexity["support_worker"]
        < (WEST_SUSSEX.limits.complexity["key_worker"])
    )


def test_southend_has_its_four_support_routes() -> None:
    assert [group.code for group in SOUTHEND.pathway_groups] == [
        "communication_support",
        "family_support_practitioner",
        "strength_based_parenting",
        "guidance_advice",
    ]
    assert SOUTHEND.pathway("strength_based_parenting").weeks == 15
    assert SOUTHEND.pathway("guidance_advice").needs_earlier_episode
    assert SOUTHEND.pathway("guidance_advice").remote_contact_only
    assert SOUTHEND.pathway_group(SOUTHEND.pathway("practitioner_long").group).name
    with pytest.raises(UnknownCode, match="no pathway with the code key_worker"):
        SOUTHEND.pathway("key_worker")


def test_chichester_is_served_by_two_teams() -> None:
    assert [team.code for team in WEST_SUSSEX.teams_of("chichester")] == [
        "chichester_1",
        "chichester_2",
    ]
    with pytest.raises(UnknownCode):
        WEST_SUSSEX.teams_of("southend_east")


def test_the_clocks_are_those_of_the_field() -> None:
    clocks = SOUTHEND.clocks
    assert clocks.screening == WorkingDays(1)
    assert clocks.decision == WorkingHours(17)
    assert clocks.danger_alarm_minutes == 15
    assert clocks.visit_by == CalendarDays(14, Ends.CLOSE_OF_PREVIOUS_WORKING_DAY)
    assert clocks.no_contact_answer == CalendarDays(10, Ends.CLOSE_OF_NEXT_WORKING_DAY)
    assert clocks.open_case_alert == Months(12)
    assert clocks.handover_acknowledge_urgent == Hours(1)
    assert clocks.handover_send_failed_after == Hours(4)
    assert (clocks.family_contact.attempts, clocks.family_contact.within) == (3, WorkingDays(5))


def test_both_councils_have_a_successor_on_the_day_of_reorganisation() -> None:
    for rules in (SOUTHEND, WEST_SUSSEX):
        assert rules.successor
        assert rules.successor.from_date == date(2028, 4, 1)


def test_the_lists_of_names_are_those_of_the_published_language() -> None:
    assert set(ROLES) == set(roles.Role)
    assert set(MILESTONES) == set(notifications.Milestone) - {"unknown"}
    kinds = {kind.replace("agency", "agency_referrer") for kind in codes.ReferrerKind}
    assert set(AUDIENCES) == kinds - {"unknown"}
    assert set(BROAD_REASONS) == set(allocation.BroadReason) - {"unknown"}


def test_a_care_system_is_reached_over_https_save_in_development() -> None:
    name = SOUTHEND.social_care.endpoint_name
    good, plain = {name: "https://care.example/in"}, {name: "http://127.0.0.1:9/in"}
    assert social_care_endpoint(SOUTHEND, good) == "https://care.example/in"
    assert social_care_endpoint(SOUTHEND, plain, development=True) == plain[name]
    for endpoints in (plain, {}, {name: "https:"}, {name: "care.example"}):
        with pytest.raises(EndpointWrong, match="Southend-on-Sea"):
            social_care_endpoint(SOUTHEND, endpoints)
