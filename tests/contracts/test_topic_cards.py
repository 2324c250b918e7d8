from pathlib import Path

import pytest

from contracts.catalogue import MESSAGES
from contracts.envelope import Message
from contracts.topics import CARDS, card_of
from tests.contracts.voices import messages_built_in, usurpers

SERVICES = Path(__file__).parents[2] / "services"


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
def test_a_message_is_on_one_card_is_said_by_its_owner_and_keyed_by_its_subject(
    message: type[Message],
) -> None:
    (card,) = (card for card in CARDS if card.name == message.TOPIC)
    assert message.__module__ == f"contracts.{card.owner}"
    assert card.key == message.SUBJECT


def test_no_two_messages_share_a_name_or_a_type() -> None:
    assert len({message.__name__ for message in MESSAGES.values()}) == len(MESSAGES)
    assert all(name == message.TYPE for name, message in MESSAGES.items())


def test_no_topic_is_read_by_its_own_owner() -> None:
    services = {card.owner for card in CARDS}
    for card in CARDS:
        assert set(card.consumers) == set(card.consumers) & (services - {card.owner})


def test_every_card_says_what_it_never_carries_and_why() -> None:
    for card in CARDS:
        assert {"names", "addresses", "free text", "a child's words"} <= set(card.never_carries)
        assert card.why.endswith(".")
        assert "." not in card.name


def test_a_topic_without_a_card_is_not_known() -> None:
    with pytest.raises(KeyError):
        card_of("early-help-gossip")


def test_only_the_owner_of_a_topic_says_what_is_on_it() -> None:
    assert usurpers(SERVICES) == []


@pytest.mark.parametrize(
    "planted",
    [
        "from contracts.referral import ReferralAccepted\nfact = ReferralAccepted(**read)\n",
        "from contracts import referral\nfact = referral.ReferralAccepted(**read)\n",
    ],
)
def test_a_service_that_says_what_is_not_its_own_is_found(tmp_path: Path, planted: str) -> None:
    publish = tmp_path / "notifications" / "publish.py"
    publish.parent.mkdir()
    publish.write_text(planted)
    assert usurpers(tmp_path) == [
        "notifications/publish.py says ReferralAccepted, which only referral may say"
    ]


@pytest.mark.parametrize(
    "innocent",
    [
        "from contracts.referral import ReferralAccepted\nhandlers = {ReferralAccepted: take}\n",
        "from services.allocation.domain import CaseClosed\nfact = CaseClosed(at)\n",
    ],
)
def test_to_hear_a_message_or_to_share_its_name_is_not_to_say_it(innocent: str) -> None:
    assert messages_built_in(innocent) == set()
