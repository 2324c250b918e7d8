"""The card says what the code does: what is said, what is heard, which tables hold people."""

from typing import Any

from contracts import allocation as said
from services.allocation import CARD
from services.allocation.bus import handlers
from services.allocation.domain.kinds import TimerKind
from services.allocation.publish import MESSAGES
from services.allocation.store.tables import metadata
from services.allocation.timers import timer_handlers

ROOM: Any = None


def test_the_card_names_what_is_said() -> None:
    built: list[type[said.CaseMessage]] = [*MESSAGES.values(), said.CaseOpened, said.StepUpProposed]
    assert set(CARD.publishes) == {message.TYPE for message in built}


def test_the_card_names_what_is_heard() -> None:
    assert set(CARD.listens) == {message.TOPIC for message in handlers(ROOM)}


def test_the_card_names_the_tables_that_hold_people() -> None:
    codes_alone = {"case_referrals"}
    assert set(CARD.personal) == {table.name for table in metadata.sorted_tables} - codes_alone


def test_every_timer_has_its_handler() -> None:
    assert set(timer_handlers(ROOM)) == set(TimerKind)
