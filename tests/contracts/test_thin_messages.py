from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest

from contracts.catalogue import MESSAGES
from contracts.envelope import Message
from contracts.shapes import OpenCode
from tests.contracts.walk import faults_of


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
def test_a_message_carries_ids_codes_counts_and_times_alone(message: type[Message]) -> None:
    assert faults_of(message) == []


class Mood(StrEnum):
    GLAD = "glad"


class Dead(OpenCode):
    END = "end"


class Gossip(Message):
    said: str
    said_to: str | None
    score: float
    scores: tuple[float, ...]
    more: dict[str, UUID]
    most: dict  # type: ignore[type-arg]
    things: list[UUID]
    when: datetime
    what: Any
    mood: Mood
    dead: Dead
    usual: bool = True


def test_whatever_is_thick_in_a_message_is_named() -> None:
    assert faults_of(Gossip) == [
        "said is free text",
        "said_to is free text",
        "score is a float",
        "scores is a float",
        "more is a bare dict",
        "most is a bare dict",
        "things is not a shape of ours (list[uuid.UUID])",
        "when is a datetime that may be naive",
        "what is anything at all",
        f"mood is not a shape of ours ({Mood})",
        "dead is a code list that readers cannot take further",
        "usual has a default",
    ]
