"""What a readable form still lacks, or says that cannot be so; each as a field and a sentence."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.referral.intake.form import DANGER_QUESTIONS, IntakeForm
from services.referral.intake.people import Child

Problem = Mapping[str, Any]
"""As pydantic tells an error: `loc`, `type`, `msg`; never the value."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a form depends on who sends it and how."""

    by_agency: bool
    has_key: bool
    today: date


def gaps(form: IntakeForm, asked: Asked) -> Iterator[Problem]:
    """Tell everything that is missing or cannot be so."""
    yield from _unanswered(form, asked)
    yield from _children(form, asked.today)
    yield from _keys(form)


def _gap(*loc: str | int, kind: str = "missing", sentence: str = "This is needed.") -> Problem:
    return {"type": kind, "loc": loc, "msg": sentence}


def _unanswered(form: IntakeForm, asked: Asked) -> Iterator[Problem]:
    for question in DANGER_QUESTIONS:
        if getattr(form.danger, question) is None:
            yield _gap("danger", question)
    if form.reason is None:
        yield _gap("reason")
    if asked.by_agency and form.referrer.name is None:
        yield _gap("referrer", "name")
    if not asked.by_agency and form.referrer.kind is None:
        yield _gap("referrer", "kind")
    if asked.by_agency and form.agency_reference is None and not asked.has_key:
        yield _gap("agency_reference")
    if not form.household.children:
        yield _gap("household", "children")


def _children(form: IntakeForm, today: date) -> Iterator[Problem]:
    for place, child in enumerate(form.household.children):
        at = ("household", "children", place)
        if not _can_be_told_apart(child):
            yield _gap(*at, "given_name")
        if child.born and child.expected:
            sentence = "A child who is expected has no date of birth yet."
            yield _gap(*at, "expected", kind="born_and_expected", sentence=sentence)
    for group in ("children", "adults"):
        for place, person in enumerate(getattr(form.household, group)):
            if person.born and person.born > today:
                where = ("household", group, place, "born")
                yield _gap(*where, kind="date_past", sentence="This must be in the past.")


def _can_be_told_apart(child: Child) -> bool:
    return any((child.given_name, child.family_name, child.also_known_as, child.expected))


def _keys(form: IntakeForm) -> Iterator[Problem]:
    children = {child.key for child in form.household.children if child.key}
    adults = {adult.key for adult in form.household.adults if adult.key}
    for group in ("children", "adults"):
        yield from _repeated(group, [p.key for p in getattr(form.household, group)])
    for place, relationship in enumerate(form.relationships):
        yield from _known([relationship.adult], adults, "relationships", place, "adult")
        yield from _known([relationship.child], children, "relationships", place, "child")
    everybody = children | adults
    for place, agreed in enumerate(form.agreement):
        yield from _known([agreed.person], everybody, "agreement", place, "person")
    for place, professional in enumerate(form.professionals):
        yield from _known(professional.supports, everybody, "professionals", place, "supports")
    for place, secret in enumerate(form.confidential_from_family):
        at = ("confidential_from_family", place, "kept_from")
        yield from _known(secret.kept_from, everybody, *at)


def _repeated(group: str, keys: list[str | None]) -> Iterator[Problem]:
    for place, key in enumerate(keys):
        if key is not None and key in keys[:place]:
            sentence = "Another person of this form has the same key."
            yield _gap("household", group, place, "key", kind="key_repeated", sentence=sentence)


def _known(pointers: Iterable[str | None], known: set[str], *loc: str | int) -> Iterator[Problem]:
    for pointer in pointers:
        if pointer is None:
            yield _gap(*loc)
        elif pointer not in known:
            sentence = "This must be the key of such a person in this form."
            yield _gap(*loc, kind="unknown_person", sentence=sentence)
