"""The drill's commits are named as the contracts name them, and a seed always chooses the same."""

from contracts.catalogue import MESSAGES
from deploy.local.parts import SERVICES
from tests.faults.commits import COMMITS, PUBLISHED, chosen
from tests.faults.moments import When


def test_every_named_commit_says_a_message_of_the_contracts() -> None:
    marks = {marks[-1].decode() for commits in COMMITS.values() for _, marks in commits}
    assert {mark for mark in marks if mark.startswith("earlyhelp.")} <= MESSAGES.keys()


def test_a_seed_chooses_the_same_moments_again() -> None:
    assert [str(moment) for moment in chosen(7)] == [str(moment) for moment in chosen(7)]
    assert [str(moment) for moment in chosen(7)] != [str(moment) for moment in chosen(8)]


def test_every_seed_ends_every_service_on_both_sides_of_a_commit_and_beside_publishing() -> None:
    for seed in range(50):
        met = {(moment.service, moment.when) for moment in chosen(seed)}
        both = {When.BEFORE_COMMIT, When.AFTER_COMMIT}
        assert met >= {(service, when) for service in SERVICES for when in both}
        beside = {moment.service for moment in chosen(seed) if moment.name == PUBLISHED[0]}
        assert beside == {*SERVICES}
