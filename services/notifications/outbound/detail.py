"""Detail fetched from its owner at the moment of sending, for a stated purpose, and not kept."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from chassis.outcalls import Outcalls
from contracts.purposes import Purpose


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class ReferrerContact(_Answer):
    """How the referrer is reached, as the referral service hands it out.

    `restricted`: where the family is must not become known, and a team's name would tell it.
    """

    reference: str
    active: bool = True
    restricted: bool = True
    email: str | None = None
    phone: str | None = None


class LetterAddress(_Answer):
    """Where a letter may safely go, or why it may not."""

    allowed: bool
    reason: str | None = None
    name: str = ""
    address_lines: tuple[str, ...] = ()


class MilestoneDetail(_Answer):
    """The few facts that a milestone's wording needs."""

    practitioner_contact: str | None = None
    due_date: date | AwareDatetime | None = None


@dataclass(frozen=True)
class Detail:
    """Asks the owners."""

    outcalls: Outcalls

    async def referrer(self, council: str, referral_id: UUID) -> ReferrerContact:
        """Ask how the referrer is reached."""
        told = await self._referral(council, referral_id, Purpose.REFERRER_CONTACT)
        return ReferrerContact.model_validate(told)

    async def letter_address(
        self, council: str, referral_id: UUID, person_id: UUID
    ) -> LetterAddress:
        """Ask where this person's letter may go."""
        told = await self._referral(
            council, referral_id, Purpose.LETTER_ADDRESS, {"person_id": str(person_id)}
        )
        return LetterAddress.model_validate(told)

    async def milestone(
        self, council: str, case_id: UUID, *, agreed: bool
    ) -> tuple[str | None, date | None]:
        """Ask for the worker's own number and the date; the number only if the family agreed."""
        path = f"/internal/{council}/cases/{case_id}/detail"
        told = MilestoneDetail.model_validate(
            await self.outcalls.get("allocation", path, Purpose.MILESTONE_DETAIL)
        )
        return (told.practitioner_contact if agreed else None), told.due_date

    async def _referral(
        self,
        council: str,
        referral_id: UUID,
        purpose: Purpose,
        params: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        path = f"/internal/{council}/referrals/{referral_id}/detail"
        return await self.outcalls.get("referral", path, purpose, params=params)
