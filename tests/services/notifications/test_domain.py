"""The rest of the rules, purely: lives, patience, addresses, receipts and words."""

from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.lives import NotTheirDecision, StepNotAllowed
from contracts.codes import ReferrerKind
from contracts.notifications import Channel, LetterNotSentReason
from contracts.roles import Role
from councils.rules import load_councils
from services.notifications.domain.addresses import AddressRefused, check_address, is_public
from services.notifications.domain.letters import why_not
from services.notifications.domain.life import LETTER, NOTIFICATION, SYSTEM
from services.notifications.domain.patience import FEW_FAILURES, pause, rest
from services.notifications.domain.receipts import Meaning, of_letter, of_message
from services.notifications.domain.roads import ROADS, roads
from services.notifications.domain.sentence import Told, day_in_words, team_in_words, values_of
from services.notifications.domain.status import LetterStatus, Status
from services.notifications.domain.things import read_reference

RULES = load_councils(Path("councils"))["southend"]


def test_what_was_told_cannot_be_approved() -> None:
    with pytest.raises(StepNotAllowed) as refused:
        NOTIFICATION.take(Status.TOLD, "approved", {Role.DUTY_WORKER})
    said = refused.value.sentence
    assert said == "A notification that is told cannot be approved by a duty worker."


def test_only_a_manager_releases_what_was_stopped() -> None:
    with pytest.raises(NotTheirDecision):
        NOTIFICATION.take(Status.STOPPED, "released", {Role.PRACTITIONER})
    taken = NOTIFICATION.take(Status.STOPPED, "released", {Role.TEAM_MANAGER})
    assert taken is Status.REQUESTED


def test_the_system_never_approves_a_wording() -> None:
    with pytest.raises(NotTheirDecision):
        NOTIFICATION.take(Status.HELD, "approved", {SYSTEM})


def test_a_letter_that_was_posted_is_never_requested_again() -> None:
    for then in (LetterStatus.DISPATCHED, LetterStatus.NOT_SENT, LetterStatus.RETURNED):
        with pytest.raises(StepNotAllowed):
            LETTER.take(then, "released", {Role.TEAM_MANAGER})
        assert LetterStatus.REQUESTED not in {s.then for s in LETTER.steps if then in s.starts}


@pytest.mark.parametrize("kind", ReferrerKind)
def test_the_last_road_of_everybody_is_a_person(kind: ReferrerKind) -> None:
    assert ROADS[kind][-1] is Channel.PHONE
    assert Channel.WEBHOOK not in roads(kind, has_endpoint=False)


@given(st.integers(0, 500), st.floats(0, 1))
def test_a_pause_grows_and_never_passes_its_limit(tries: int, roll: float) -> None:
    assert timedelta(seconds=1) <= pause(tries, roll) <= timedelta(minutes=15)
    assert pause(tries + 1, roll) >= pause(tries, roll)


def test_an_endpoint_rests_only_after_a_few_failures() -> None:
    assert rest(FEW_FAILURES - 1, 0.5) is None
    assert rest(FEW_FAILURES, 0.5) is not None
    assert rest(500, 1.0) == timedelta(minutes=5)


INSIDE = (
    "http://school.example/hooks",
    "https://localhost/hooks",
    "https://10.0.0.7/hooks",
    "https://127.0.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://kafka.cluster.local/",
    "https://2130706433/",
    "https://school.example.local./",
    "https://user:pass@school.example/",
    "ftp://school.example/",
    "https:///nowhere",
    "https://[",
)


@pytest.mark.parametrize("url", INSIDE)
def test_in_production_a_webhook_never_goes_inside(url: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        check_address(url, production=True)
    assert url not in refused.value.sentence


def test_in_production_a_webhook_goes_to_https_on_a_public_address() -> None:
    check_address("https://hooks.school.example/kinbridge?v=1", production=True)
    check_address("https://8.8.8.8/hooks", production=True)
    check_address("http://127.0.0.1:9/hooks", production=False)


@pytest.mark.parametrize(
    "address", ["100.64.0.1", "192.0.2.1", "224.0.0.1", "fd00::1", "192.168.1.1"]
)
def test_addresses_that_only_look_public_are_not(address: str) -> None:
    assert not is_public(ip_address(address))


def test_a_failed_letter_is_never_sent_again_where_a_failed_email_is() -> None:
    assert of_message("technical-failure") is Meaning.SEND_AGAIN
    assert of_message("permanent-failure") is Meaning.NEXT_ROAD
    for status in ("technical-failure", "permanent-failure", "cancelled"):
        assert of_letter(status) is Meaning.NEXT_ROAD
    assert of_message("something new") is Meaning.ON_ITS_WAY


def test_a_reason_that_we_do_not_know_keeps_the_letter_back() -> None:
    assert why_not("no_address") is LetterNotSentReason.NO_ADDRESS
    assert why_not("restricted") is LetterNotSentReason.POST_NOT_SAFE
    assert why_not("something_new") is LetterNotSentReason.POST_NOT_SAFE


def test_a_day_is_written_as_it_is_said_in_london() -> None:
    assert day_in_words(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == "Thursday 2 July"
    assert day_in_words(date(2026, 11, 3)) == "Tuesday 3 November"


def test_without_a_workers_number_the_duty_desk_stands_in() -> None:
    values = values_of(Told(reference="SOU-1"), RULES)
    assert values["practitioner_contact"] == RULES.desk.duty_phone
    assert team_in_words(None, "southend_west", RULES) == "Early Help West"
    assert team_in_words("no_such_team", None, RULES) == "the Early Help team"


def test_only_our_own_names_are_read_back_from_the_provider() -> None:
    assert read_reference("southend:delivery:not-an-id:0") is None
    assert read_reference("another system's reference") is None
    assert read_reference("") is None
