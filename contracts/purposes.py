"""Why one service asks another for detail; the owner maps (client, purpose) to fields."""

from enum import StrEnum


class Purpose(StrEnum):
    """The stated purpose of a detail fetch. None means everything."""

    HANDOVER_PACK = "handover_pack"
    """Handover asks for what the receiving team must know."""
    LETTER_ADDRESS = "letter_address"
    """Notifications asks where a letter may safely go, at the moment of sending it."""
    REFERRER_CONTACT = "referrer_contact"
    """Notifications asks how the referrer is told, at the moment of telling."""
    AGREEMENT_CHECK = "agreement_check"
    """Allocation asks whether agreement stands, just before it acts on it."""
    CONTACT_ROUTE = "contact_route"
    """Allocation asks how a family member may safely be contacted."""
    MILESTONE_DETAIL = "milestone_detail"
    """Notifications asks for the few facts that a milestone's wording needs."""
