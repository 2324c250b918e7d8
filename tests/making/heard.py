"""Messages that other services say, with sound values that a test may replace."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.clocks import new_id
from contracts import allocation, handover, referral
from contracts.codes import ParentsInformed, ReferrerKind, SourceCode

AT = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)


class Story:
    """One family's ids, and what is said of it."""

    def __init__(self, kind: ReferrerKind = ReferrerKind.AGENCY) -> None:
        self.kind = kind
        self.referral_id, self.family_id, self.case_id = new_id(), new_id(), new_id()
        self.person_id, self.letter_id = new_id(), new_id()
        agencies = (ReferrerKind.AGENCY, ReferrerKind.SOCIAL_CARE)
        self.agency_id: UUID | None = new_id() if kind in agencies else None

    @property
    def _referral(self) -> dict[str, Any]:
        return {"referral_id": self.referral_id, "family_id": self.family_id}

    @property
    def _case(self) -> dict[str, Any]:
        ids = {"case_id": self.case_id, "family_id": self.family_id}
        return ids | {"referral_ids": (self.referral_id,)}

    def received(self) -> referral.ReferralReceived:
        """The referral came in."""
        return referral.ReferralReceived(
            **self._referral,
            referrer_kind=self.kind,
            agency_id=self.agency_id,
            source_code=SourceCode.SCHOOL,
            received_at=AT,
            danger=False,
            children=2,
            adults=1,
            screening_due=AT + timedelta(days=1, hours=8),
        )

    def found_to_be(self, family_id: UUID) -> referral.ScreeningStarted:
        """A worker took it up, and knew the family."""
        self.family_id = family_id
        return referral.ScreeningStarted(**self._referral, started_by="w-1001")

    def accepted(self) -> referral.ReferralAccepted:
        """The duty manager accepted it."""
        return referral.ReferralAccepted(
            **self._referral,
            pathway="practitioner_long",
            pathway_group="practitioner",
            child_ids=(new_id(),),
            unborn_ids=(),
            adult_ids=(self.person_id,),
            received_at=AT,
            accepted_at=AT + timedelta(hours=2),
            decided_by="m-2001",
            team_area="southend_west",
            referrer_kind=self.kind,
            agency_id=self.agency_id,
        )

    def signposted(self) -> referral.ReferralSignposted:
        """It went to other help."""
        return referral.ReferralSignposted(**self._referral)

    def not_proceeding(self) -> referral.ReferralNotProceeding:
        """It goes no further, for a reason that nobody is told."""
        why = referral.NotProceedingReason.AGREEMENT_NOT_GIVEN
        return referral.ReferralNotProceeding(**self._referral, reason=why)

    def agrees(self, *, agreed: bool = True) -> referral.AgreementRecorded:
        """A parent said yes, or no."""
        return referral.AgreementRecorded(**self._referral, person_id=self.person_id, agreed=agreed)

    def withdraws(self) -> referral.AgreementWithdrawn:
        """The parent took it back."""
        return referral.AgreementWithdrawn(
            **self._referral, person_id=self.person_id, others_agree=False, withdrawn_at=AT
        )

    def diverted(self) -> referral.ReferralDiverted:
        """It went to safeguarding."""
        return referral.ReferralDiverted(
            **self._referral,
            urgent=True,
            child_ids=(new_id(),),
            decided_by="w-1001",
            diverted_at=AT,
            child_goes_home_at=None,
            referrer_kind=self.kind,
            agency_id=self.agency_id,
            parents_informed=ParentsInformed.NOT_YET_ON_ADVICE,
        )

    def opened(self, team: str | None = "west") -> allocation.CaseOpened:
        """A case opened from it."""
        return allocation.CaseOpened(**self._case, pathway="practitioner_long", team=team)

    def joined(self, case_id: UUID, others: tuple[UUID, ...]) -> allocation.ReferralJoinedCase:
        """It joined a case that was open already."""
        ids = {"case_id": case_id, "family_id": self.family_id}
        return allocation.ReferralJoinedCase(
            **ids, referral_ids=(*others, self.referral_id), referral_id=self.referral_id
        )

    def waitlisted(self) -> allocation.CaseWaitlisted:
        """The family waits."""
        return allocation.CaseWaitlisted(**self._case)

    def allocated(self) -> allocation.CaseAllocated:
        """The family has its worker."""
        due = AT + timedelta(days=7)
        return allocation.CaseAllocated(
            **self._case, practitioner_id="w-1002", team="west", first_contact_due=due
        )

    def letter(self) -> allocation.NoContactLetterRequested:
        """The practitioner asked for the letter."""
        return allocation.NoContactLetterRequested(
            **self._case,
            letter_id=self.letter_id,
            person_id=self.person_id,
            requested_by="w-1002",
        )

    def step_up(self) -> allocation.StepUpProposed:
        """A step-up is proposed."""
        return allocation.StepUpProposed(
            **self._case,
            proposal_id=new_id(),
            urgent=False,
            factors=(),
            child_ids=(new_id(),),
            proposed_by="w-1002",
            authorised_by="m-2001",
            parents_informed=ParentsInformed.NOT_YET_ON_ADVICE,
            child_goes_home_at=None,
            proposed_at=AT,
        )

    def handed_over(self) -> handover.HandoverAccepted:
        """Social care takes the family."""
        return handover.HandoverAccepted(
            handover_id=new_id(),
            family_id=self.family_id,
            origin=handover.HandoverOrigin.CASE,
            origin_id=self.case_id,
            referral_ids=(self.referral_id,),
            urgent=False,
        )

    def closed(
        self, reason: allocation.ClosureReason = allocation.ClosureReason.NEEDS_MET
    ) -> allocation.CaseClosed:
        """The case ended."""
        return allocation.CaseClosed(
            **self._case,
            reason=reason,
            proposed_by="w-1002",
            confirmed_by="m-2001",
            closed_at=AT,
            broad_reason=allocation.BroadReason.SUPPORT_ENDED,
        )
