"""Reads a body as far as it can be read: where a child is in danger, no form is sent back."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Generic, Self, TypeVar

import structlog
from pydantic import ValidationError

from services.referral.intake.form import DANGER_QUESTIONS, AdditionForm, IntakeForm
from services.referral.intake.gaps import Asked, Problem, gaps
from services.referral.intake.kinds import Answer

log = structlog.get_logger()
AnyForm = TypeVar("AnyForm", IntakeForm, AdditionForm)
YES = frozenset({"yes", "y", "true", "1"})
MOST_ROUNDS = 6
NOT_OBJECTS = frozenset({"model_type", "model_attributes_type", "dict_type"})
NOT_READ: Problem = {"type": "not_read", "loc": (), "msg": "Not all of it could be read."}
RESTRICTION = {(), ("household",), ("household", "restricted")}
"""Where something is wrong, nobody can know whether a family's whereabouts are restricted."""
NULL_CHARACTER = "null_character"
_SAYS_RESTRICTED = re.compile(
    rb'"restricted"\s*:\s*(?:"\s*(?:yes|y|true|1)\s*"|true|1)', re.IGNORECASE
)
_SAYS_YES = re.compile(
    rb'"(?:danger|' + "|".join(DANGER_QUESTIONS).encode() + rb')"\s*:\s*(?:"\s*yes\s*"|true)',
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Read(Generic[AnyForm]):
    """What could be read, what is wrong or missing, and whether danger was readable in it."""

    form: AnyForm
    problems: tuple[Problem, ...]
    danger: bool
    says_restricted: bool = False
    """Whether a yes to "restricted" stands somewhere in it, in its place or not."""

    @property
    def restricted(self) -> bool:
        """Whether where they are may not become known: so it is too where the answer was lost."""
        lost = any(_loses_restriction(problem) for problem in self.problems)
        return lost or self.says_restricted or self.form.household.restricted is Answer.YES

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong or missing."""
        return not self.problems

    def without_its_form(self) -> Self:
        """Give what is left where even what could be read cannot be kept field by field."""
        reference = getattr(self.form, "agency_reference", None)
        form = type(self.form)(**({"agency_reference": reference} if reference else {}))
        return replace(self, form=form, problems=(*self.problems, NOT_READ))


Reading = Read[IntakeForm]
Addition = Read[AdditionForm]


def read(raw: bytes, asked: Asked) -> Reading:
    """Read a referral; raises nothing where somebody is in danger."""

    def lacking(form: IntakeForm, problems: list[Problem]) -> Iterable[Problem]:
        return [gap for gap in gaps(form, asked) if not _told(gap, problems)]

    return _read(raw, IntakeForm, lacking)


def read_addition(raw: bytes) -> Addition:
    """Read what is added to a referral; raises nothing where somebody is in danger."""

    def lacking(form: AdditionForm, problems: list[Problem]) -> Iterable[Problem]:
        if not problems and form == AdditionForm():
            yield {"type": "missing", "loc": ("information",), "msg": "This is needed."}

    return _read(raw, AdditionForm, lacking)


def _read(
    raw: bytes,
    form: type[AnyForm],
    lacking: Callable[[AnyForm, list[Problem]], Iterable[Problem]],
) -> Read[AnyForm]:
    try:
        document, problems = parsed(raw)
        danger = danger_in(document) or danger_in_text(raw)
        found, more = as_far_as_it_goes(document, form)
        problems += more
        problems += list(lacking(found, problems))
        return Read(found, tuple(problems), danger, bool(_SAYS_RESTRICTED.search(raw)))
    except Exception:
        if not _danger_anyhow(raw):
            raise
        log.exception("danger_unreadable")
        return Read(form(), (NOT_READ,), danger=True)


def parsed(raw: bytes) -> tuple[Any, list[Problem]]:
    """Parse JSON; of what is none, nothing is left but the note that it is none."""
    problems: list[Problem] = []
    if b"\\u0000" in raw:
        raw = raw.replace(b"\\u0000", b"")
        sentence = "Text may not hold the null character."
        problems.append({"type": NULL_CHARACTER, "loc": (), "msg": sentence})
    try:
        return json.loads(raw.decode("utf-8", "replace")), problems
    except (ValueError, RecursionError):
        sentence = "The body is not valid JSON."
        return None, [*problems, {"type": "json_invalid", "loc": (), "msg": sentence}]


def as_far_as_it_goes(document: Any, form: type[AnyForm]) -> tuple[AnyForm, list[Problem]]:
    """Validate; take out what is wrong and validate the rest, so that one slip costs one field.

    What is wrong is taken out of `document` itself: read danger in it before.
    """
    first: list[Problem] = []
    if document is None:
        return form(), first
    for _ in range(MOST_ROUNDS):
        try:
            return form.model_validate(document), first
        except ValidationError as refused:
            errors = refused.errors(include_url=False, include_input=False)
        first = first or [dict(error) for error in errors]
        if not isinstance(document, dict):
            break
        for error in sorted(errors, key=lambda error: _depth_first(error["loc"]), reverse=True):
            _take_out(document, error["loc"], error["type"])
    return form(), [*first, NOT_READ]


def _loses_restriction(problem: Problem) -> bool:
    loc = tuple(problem["loc"])
    misplaced = bool(loc) and str(loc[-1]).casefold() == "restricted"
    return misplaced or (loc in RESTRICTION and problem["type"] != NULL_CHARACTER)


def _depth_first(loc: Sequence[str | int]) -> tuple[tuple[bool, str | int], ...]:
    return tuple((isinstance(part, int), part) for part in loc)


def _take_out(document: Any, loc: Sequence[str | int], kind: str) -> None:
    """Remove one value; an item that should have been an object leaves an empty one behind."""
    for part in loc[:-1]:
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            return
    last = loc[-1] if loc else ""
    if isinstance(document, dict):
        document.pop(last, None)
    elif isinstance(document, list) and isinstance(last, int) and last < len(document):
        if kind in NOT_OBJECTS:
            document[last] = {}
        else:
            del document[last]


def _told(gap: Problem, problems: Sequence[Problem]) -> bool:
    """Whether a field is missing only because what stood there was taken out as wrong."""
    loc = gap["loc"]
    return any(_within(p["loc"], loc) or _within(loc, p["loc"]) for p in problems)


def _within(inner: Sequence[object], outer: Sequence[object]) -> bool:
    return list(inner[: len(outer)]) == list(outer)


def danger_in(document: Any) -> bool:
    """Whether any danger question is answered with yes, wherever and however it is spelt."""
    if not isinstance(document, dict):
        return False
    told = document.get("danger")
    if _is_yes(told):
        return True
    places = [document, told] if isinstance(told, dict) else [document]
    return any(_is_yes(place.get(question)) for place in places for question in DANGER_QUESTIONS)


def _danger_anyhow(raw: bytes) -> bool:
    """Whether danger can be read in what has just defeated us."""
    with suppress(Exception):
        if danger_in(parsed(raw)[0]):
            return True
    return danger_in_text(raw)


def danger_in_text(raw: bytes) -> bool:
    """Whether a yes to a danger question can be read in a body that is not whole."""
    return bool(_SAYS_YES.search(raw))


def _is_yes(value: object) -> bool:
    return isinstance(value, str | bool | int) and str(value).strip().lower() in YES
