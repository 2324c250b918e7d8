"""Who a referral comes from, in the four kinds that decide what may be told back."""

from dataclasses import dataclass
from uuid import UUID

from contracts.codes import ReferrerKind, SourceCode
from services.referral.intake.form import Referrer

USUAL_SOURCE = {
    ReferrerKind.FAMILY: SourceCode.SELF,
    ReferrerKind.RELATIVE_OR_PUBLIC: SourceCode.FAMILY_MEMBER,
    ReferrerKind.SOCIAL_CARE: SourceCode.SOCIAL_CARE,
}


@dataclass(frozen=True)
class Submitter:
    """The referrer's kind, their agency if they have one, and the official source code."""

    kind: ReferrerKind
    agency_id: UUID | None
    source_code: SourceCode


def sent_by(agency_id: UUID, source: SourceCode | None) -> Submitter:
    """Tell whose referral an agency sends; one that is not registered any more is not named."""
    if source is None:
        return Submitter(ReferrerKind.AGENCY, None, SourceCode.NOT_KNOWN)
    care = source is SourceCode.SOCIAL_CARE
    return Submitter(ReferrerKind.SOCIAL_CARE if care else ReferrerKind.AGENCY, agency_id, source)


def keyed_for(referrer: Referrer, agency_source: SourceCode | None) -> Submitter:
    """Tell whose referral a worker keys; where nobody said, the kind that is told the least."""
    kind = referrer.kind or ReferrerKind.RELATIVE_OR_PUBLIC
    usual = agency_source or USUAL_SOURCE.get(kind, SourceCode.NOT_KNOWN)
    professional = kind in (ReferrerKind.AGENCY, ReferrerKind.SOCIAL_CARE)
    agency_id = referrer.agency_id if professional and agency_source else None
    return Submitter(kind, agency_id, referrer.source_code or usual)
