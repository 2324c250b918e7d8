"""What each purpose hands out: the least that serves it, and nothing where that is not safe."""

from dataclasses import asdict, dataclass
from typing import Any

from contracts.codes import ReferrerKind
from services.referral.domain.agency import Agency
from services.referral.domain.contact_route import Mode, WhyNot
from services.referral.domain.family import ContactLogged, Family, Member
from services.referral.domain.referral import Referral
from services.referral.intake.people import Adult
from services.referral.intake.projection import detail_of

Detail = dict[str, Any]
PROFESSIONAL = frozenset({ReferrerKind.AGENCY, ReferrerKind.SOCIAL_CARE})
HIDDEN = frozenset({WhyNot.RESTRICTED, WhyNot.WITH_SAFEGUARDING})


@dataclass(frozen=True)
class InHand:
    """Everything a purpose may draw from."""

    referral: Referral
    family: Family
    told: list[dict[str, Any]]
    contacts: tuple[ContactLogged, ...]
    agency: Agency | None
    member: Member | None
    why_diverted: str | None = None


def agreement_check(found: InHand) -> Detail:
    """Whether the family's agreement stands, and who agrees."""
    agreed = found.family.agreed
    people = [{"person_id": who, "agreed": said} for who, said in agreed.items()]
    return {"current": found.family.agreement_stands, "people": people}


def contact_routes(found: InHand) -> Detail:
    """Which ways are safe, to a person named or to any adult; no number and no address."""
    family, member = found.family, found.member
    modes = family.route_to(member).modes if member else family.modes()
    return {
        "modes": modes,
        "remote_allowed": not family.home_conditions_concern,
        "letter_person_id": family.letter_person(),
    }


def letter_address(found: InHand) -> Detail:
    """Where a letter may safely go now, or why none may: none to who took agreement back."""
    member = found.member
    if member is None:
        return {"allowed": False, "reason": "no_address"}
    if found.family.agreed.get(member.who) is False:
        return {"allowed": False, "reason": "agreement_withdrawn"}
    why_not = found.family.route_to(member).why_not[Mode.POST]
    if why_not is not None:
        reason = "restricted" if why_not in HIDDEN else "post_is_not_safe"
        return {
            "allowed": False,
            "reason": "no_address" if why_not is WhyNot.NOT_GIVEN else reason,
        }
    person, address = member.person, member.person.address
    name = " ".join(filter(None, (person.given_name, person.family_name)))
    lines = [*(address.lines or ())] if address else []
    if not name or not lines or not (address and address.postcode):
        return {"allowed": False, "reason": "no_address"}
    return {"allowed": True, "name": name, "address_lines": [*lines, address.postcode]}


def agency_contact(referral: Referral, agency: Agency, *, restricted: bool) -> Detail:
    """How an agency is told: by its shared inbox, never by one person's."""
    shared = {"name": agency.name, "email": agency.inbox_email, "phone": agency.phone}
    return _whose(referral, restricted=restricted, active=agency.active) | shared


def referrer_contact(found: InHand) -> Detail:
    """How a referrer of no known agency is told.

    Who is of the family, or near it, is reached only as `contact_route` allows: by `email`, and by
    a text message to `phone`.
    """
    referral = found.referral
    about = _whose(referral, restricted=found.family.restricted, active=True)
    told = found.told[0]["told"].get("referrer", {}) if found.told else {}
    given = {name: told.get(name) for name in ("email", "phone")}
    if referral.referrer_kind in PROFESSIONAL:
        return about | {"name": told.get("name")} | given
    referrer = Adult(**given, safe_contact=told.get("safe_contact"))
    safe = {
        name: found.family.reaches_referrer(referrer, mode)
        for name, mode in (("email", Mode.EMAIL), ("phone", Mode.TEXT))
    }
    return about | {name: given[name] if safe[name] else None for name in safe}


def _whose(referral: Referral, *, restricted: bool, active: bool) -> Detail:
    return {
        "referrer_kind": referral.referrer_kind,
        "agency_id": referral.agency_id,
        "reference": referral.reference,
        "restricted": restricted,
        "active": active,
    }


def handover_pack(found: InHand) -> Detail:
    """What the receiving team must know of the whole household."""
    referral, family = found.referral, found.family
    return {
        "referral_id": referral.id,
        "reference": referral.reference,
        "received_at": referral.received_at,
        "source_code": referral.source_code,
        "referrer_kind": referral.referrer_kind,
        "agency": {"name": found.agency.name, "phone": found.agency.phone}
        if found.agency
        else None,
        "danger": referral.danger,
        "restricted": family.restricted,
        "child_goes_home_at": referral.child_goes_home_at,
        "diversion": {"reason": found.why_diverted} if found.why_diverted else None,
        "people": [_person(member, family) for member in family.members],
        "relationships": [asdict(each) for each in family.relations],
        "family_contacts": [asdict(each) for each in found.contacts],
        "told": [_without_secrets(each) for each in found.told],
    }


def _person(member: Member, family: Family) -> Detail:
    return {
        "person_id": member.id,
        "same_as": member.same_as,
        "kind": member.kind,
        "agreed": family.agreed.get(member.who),
        "safe": family.route_to(member).modes,
        **detail_of(member.person),
    }


def _without_secrets(telling: dict[str, Any]) -> Detail:
    """Leave out who keyed it; what is confidential from the family goes along, marked as such."""
    return {name: value for name, value in telling.items() if name != "told_by"}
