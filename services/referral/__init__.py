"""The front door: takes referrals in, screens them, owns people and agreement, and decides."""

from chassis.card import Card
from contracts import referral as said
from contracts import topics

CARD = Card(
    name="referral",
    decides="What becomes of a referral: accepted on a pathway, signposted, not proceeding, or "
    "diverted to safeguarding; and by which route a family may safely be contacted.",
    owns="Referrals, the people in them and how they are related, their agreement for the "
    "family's whole time, the registry of agencies, and the tokens that agencies use.",
    publishes=(
        said.ReferralReceived.TYPE,
        said.DangerReported.TYPE,
        said.ScreeningStarted.TYPE,
        said.FamilyContactLogged.TYPE,
        said.ReferralAccepted.TYPE,
        said.ChildBorn.TYPE,
        said.ReferralSignposted.TYPE,
        said.ReferralNotProceeding.TYPE,
        said.ReferralDiverted.TYPE,
        said.AgreementRecorded.TYPE,
        said.AgreementWithdrawn.TYPE,
        said.InformationAdded.TYPE,
        said.ReferralClosed.TYPE,
    ),
    listens=(topics.ALLOCATION, topics.HANDOVER, topics.NOTIFICATIONS),
    personal=(
        "accounts",
        "people",
        "relationships",
        "agreements",
        "family_contacts",
        "decisions",
        "diversions",
    ),
)
