"""What a person may be here; a council's rules give each role its local name."""

from enum import StrEnum


class Role(StrEnum):
    """A worker's role, as the council's identity provider puts it in `roles`."""

    DUTY_WORKER = "duty_worker"
    """Takes referrals in and screens them."""
    DUTY_MANAGER = "duty_manager"
    """Decides what becomes of a referral, and owns what nobody else owns yet."""
    PRACTITIONER = "practitioner"
    """Works with the family: family support practitioner, key worker."""
    TEAM_MANAGER = "team_manager"
    """Allocates, confirms closure, authorises a step-up."""
    CARE_RECEIVER = "care_receiver"
    """MASH or children's social care: takes handovers, accepts or declines them."""
    RECORDS_OFFICER = "records_officer"
    """Data protection: audit, subject access, erasure and legal hold."""
    SYSTEM_ADMIN = "system_admin"
    """Runs the machine and sees no family."""


class AgencyScope(StrEnum):
    """What an agency's token lets its software do, for its own referrals only."""

    SUBMIT_REFERRALS = "referrals.submit"
    """Submit a referral, and read its receipt."""
    READ_REFERRALS = "referrals.read"
    """Read the outward state of its own referrals."""
    ADD_INFORMATION = "referrals.add"
    """Add information to its own referrals, or withdraw them."""
    READ_UPDATES = "updates.read"
    """Pull what it has been told."""
    MANAGE_WEBHOOKS = "webhooks.manage"
    """Register where it is told."""
