"""Who may hear what: the ceiling that no council's file can lift."""

from typing import Any, Final

from pydantic_core import PydanticCustomError

from councils.reading import Page
from councils.wording import AUDIENCES, MILESTONES, placeholders_of

_CONTACT: Final = frozenset({"reference", "duty_phone", "emergency_advice", "rerefer"})
_WORK: Final = _CONTACT | {"pathway_group", "team"}
_TIMED: Final = _WORK | {"due_date"}
_NAMED: Final = _WORK | {"practitioner_contact"}
# A relative, a neighbour or a stranger hears one thank-you whatever became of the concern,
# so that nothing can be concluded from it about the family or where it is.
_THANKS: Final = frozenset({"reference", "duty_phone", "emergency_advice"})

# What each audience may be told, and with which facts in it. An audience that a milestone does
# not name hears nothing there. A council may say less than this, never more.
MAY_HEAR: Final[dict[str, dict[str, frozenset[str]]]] = {
    "received": {"agency_referrer": _TIMED, "family": _TIMED, "social_care": _TIMED},
    "added_to_work_in_hand": {
        "agency_referrer": _CONTACT,
        "family": _CONTACT,
        "relative_or_public": _THANKS,
        "social_care": _NAMED,
    },
    "accepted": {
        "agency_referrer": _WORK,
        "family": _WORK,
        "relative_or_public": _THANKS,
        "social_care": _WORK,
    },
    "waiting": {"agency_referrer": _TIMED, "family": _TIMED, "social_care": _TIMED},
    "allocated": {"agency_referrer": _NAMED, "family": _NAMED, "social_care": _NAMED},
    "signposted": {
        "agency_referrer": _CONTACT,
        "family": _CONTACT,
        "relative_or_public": _THANKS,
        "social_care": _CONTACT,
    },
    "not_proceeding": {
        "agency_referrer": _CONTACT,
        "family": _CONTACT,
        "relative_or_public": _THANKS,
        "social_care": _CONTACT,
    },
    "no_contact_letter": {
        "agency_referrer": _TIMED,
        "family": _TIMED | _NAMED,
        "social_care": _TIMED,
    },
    "step_up": {"agency_referrer": _CONTACT},
    "closed": {
        "agency_referrer": _CONTACT | {"broad_reason"},
        "social_care": _NAMED | {"broad_reason"},
    },
}

ALWAYS_HELD: Final = "step_up"


def check_wording(page: Page) -> None:
    """Note every sentence that says more than its audience may hear."""
    for milestone in MILESTONES:
        for audience in AUDIENCES:
            _check_sentence(page, milestone, audience)
    _check_thanks(page)
    _check_held(page)


def _text(page: Page, milestone: str, audience: str) -> str | None:
    said: Any = page.table("wording", "sentences", milestone).get(audience)
    text = said.get("text") if isinstance(said, dict) else said
    return text if isinstance(text, str) else None


def _check_sentence(page: Page, milestone: str, audience: str) -> None:
    text = _text(page, milestone, audience)
    if text is None:
        return
    key = f"wording.sentences.{milestone}.{audience}"
    allowed = MAY_HEAR[milestone].get(audience)
    if allowed is None:
        page.report(key, "must be silent: this audience may hear nothing here")
        return
    try:
        beyond = sorted(placeholders_of(text) - allowed)
    except PydanticCustomError:
        return  # the sentence itself has been refused already
    if beyond:
        page.report(key, f"may not tell this audience the {', '.join(beyond)}")


def _check_thanks(page: Page) -> None:
    texts = [(m, _text(page, m, "relative_or_public")) for m in MILESTONES]
    said = [(milestone, text) for milestone, text in texts if text is not None]
    for milestone, text in said[1:]:
        if text != said[0][1]:
            key = f"wording.sentences.{milestone}.relative_or_public"
            page.report(key, f"must say what {said[0][0]} says, or the outcome can be inferred")


def _check_held(page: Page) -> None:
    wording = page.table("wording")
    for key, known in (("held_milestones", MILESTONES), ("held_audiences", AUDIENCES)):
        held = wording.get(key, [])
        for name in held if isinstance(held, list) else ():
            if name not in known:
                page.report(f"wording.{key}", f'names "{name}"; it may name {", ".join(known)}')
    milestones = wording.get("held_milestones")
    if isinstance(milestones, list) and ALWAYS_HELD not in milestones:
        page.report("wording.held_milestones", f"must hold {ALWAYS_HELD} for a worker to approve")
