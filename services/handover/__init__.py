"""Handing a family over: the one room that speaks to social care, two-sided and never silent."""

from chassis.card import Card
from contracts import handover as said
from contracts import topics

CARD = Card(
    name="handover",
    decides="Whether a step-up may leave, whether it has reached a person, and when early help is "
    "released: authorised, sent, acknowledged, accepted or declined, visited, completed.",
    owns="Handovers with their steps and clocks, the versions of the packs that were sent (their "
    "hashes, not their content), and what the two sides wrote to each other about them.",
    publishes=(
        said.HandoverOpened.TYPE,
        said.HandoverAuthorised.TYPE,
        said.HandoverSent.TYPE,
        said.HandoverSendFailed.TYPE,
        said.HandoverDelivered.TYPE,
        said.HandoverAcknowledged.TYPE,
        said.HandoverInformationRequested.TYPE,
        said.HandoverAccepted.TYPE,
        said.HandoverDeclined.TYPE,
        said.HandoverVisitRecorded.TYPE,
        said.HandoverCompleted.TYPE,
        said.HandoverCancelled.TYPE,
    ),
    listens=(topics.REFERRAL, topics.ALLOCATION),
    personal=("handovers", "notes"),
)
