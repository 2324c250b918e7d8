"""One card per topic: who may write to it, who reads it, and what it may never carry."""

from dataclasses import dataclass

REFERRAL = "early-help-referral"
ALLOCATION = "early-help-allocation"
HANDOVER = "early-help-handover"
NOTIFICATIONS = "early-help-notifications"

_NEVER = (
    "names",
    "addresses",
    "contact details",
    "NHS numbers, UPNs or dates of birth",
    "free text",
    "a child's words",
    "addresses of hosts",
)


@dataclass(frozen=True)
class TopicCard:
    """What a reader, an operator and a data protection officer need to know of a topic."""

    name: str
    owner: str
    key: str
    consumers: tuple[str, ...]
    retention_days: int
    never_carries: tuple[str, ...]
    why: str
    partitions: int = 6


CARDS = (
    TopicCard(
        name=REFERRAL,
        owner="referral",
        key="referral_id",
        consumers=("allocation", "handover", "notifications"),
        retention_days=35,
        never_carries=(*_NEVER, "what was said of the family", "who refused agreement, or why"),
        why="Anyone who reads this topic could find a family that hides; and what is erased at the "
        "front door would live on in a topic that nobody can rewrite.",
    ),
    TopicCard(
        name=ALLOCATION,
        owner="allocation",
        key="case_id",
        consumers=("referral", "handover", "notifications"),
        retention_days=35,
        never_carries=(*_NEVER, "assessments, plans or reviews", "dates of visits to come"),
        why="A date and a place of a visit, read by the wrong adult, puts a parent in danger; the "
        "casework itself belongs to the case, under its own access check.",
    ),
    TopicCard(
        name=HANDOVER,
        owner="handover",
        key="handover_id",
        consumers=("referral", "allocation", "notifications"),
        retention_days=35,
        never_carries=(*_NEVER, "the pack", "that a strategy discussion or an enquiry exists"),
        why="A step-up that is known too early can cost a child the evidence, or worse: the pack "
        "goes to the receiving team alone, and the topic says only how far it has come.",
    ),
    TopicCard(
        name=NOTIFICATIONS,
        owner="notifications",
        key="referral_id",
        consumers=("referral", "allocation"),
        retention_days=35,
        never_carries=(*_NEVER, "who was told", "the wording that was sent"),
        why="A recipient's name is also a place: who was told of a family says where it lives.",
    ),
)


def card_of(topic: str) -> TopicCard:
    """The card of a topic; KeyError if no card names it."""
    return {card.name: card for card in CARDS}[topic]
