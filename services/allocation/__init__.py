"""The team's room: one case per family, its worker, contact with it, and how the work ends."""

from chassis.card import Card
from contracts import allocation as said
from contracts import topics

CARD = Card(
    name="allocation",
    decides="Who works with a family and within which limits, when the family waits, when it "
    "counts as not reached, when its case is proposed for a step-up, and when it closes.",
    owns="Cases (one for many referrals), teams' queues, workers' capacity, contact with the "
    "family, each child's not-seen clock, closures and step-up proposals.",
    publishes=(
        said.CaseOpened.TYPE,
        said.ReferralJoinedCase.TYPE,
        said.CaseWaitlisted.TYPE,
        said.CaseAllocated.TYPE,
        said.FirstContactMade.TYPE,
        said.ChildSeen.TYPE,
        said.NoContactStepRecorded.TYPE,
        said.NoContactLetterRequested.TYPE,
        said.NoContactExpired.TYPE,
        said.StepUpProposed.TYPE,
        said.ClosureProposed.TYPE,
        said.CaseClosed.TYPE,
    ),
    listens=(topics.REFERRAL, topics.HANDOVER, topics.NOTIFICATIONS),
    personal=(
        "cases",
        "case_children",
        "agreements",
        "practitioners",
        "allocations",
        "waiting_reviews",
        "contacts",
        "sightings",
        "mash_consultations",
        "letters",
        "closures",
        "step_ups",
        "risk_answers",
        "referrer_answers",
    ),
)
