"""The only room that tells people: what, by which road, and whether they may be told at all."""

from chassis.card import Card
from contracts import notifications as said
from contracts import topics

CARD = Card(
    name="notifications",
    decides="Whether a milestone is told, held for a worker, stopped or suppressed; by which road; "
    "and when a person must take over.",
    owns="Notifications, their deliveries and attempts, no-contact letters, webhook endpoints and "
    "their secrets, and the stop on everything that would face a family.",
    publishes=(
        said.MilestoneTold.TYPE,
        said.MilestoneUnsettled.TYPE,
        said.MilestoneSuppressed.TYPE,
        said.LetterDispatched.TYPE,
        said.LetterNotSent.TYPE,
    ),
    listens=(topics.REFERRAL, topics.ALLOCATION, topics.HANDOVER),
    personal=("referrals", "cases", "agreements", "family_stops", "notifications", "letters"),
)
