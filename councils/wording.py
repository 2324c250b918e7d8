"""The sentences a council may send, and to whom nothing may be said however its file is written."""

import string
from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID

from pydantic import BeforeValidator

from councils.kinds import Section, Words, YesOrNo, refusal

PLACEHOLDERS: Final = (
    "reference",
    "duty_phone",
    "pathway_group",
    "team",
    "practitioner_contact",
    "rerefer",
    "emergency_advice",
    "due_date",
    "broad_reason",
)


def placeholders_of(text: str) -> frozenset[str]:
    """Return the names in braces; whatever else stands in a brace is refused."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as wrong:
        raise refusal("has a brace without its partner") from wrong
    if any(form or conversion for _, _, form, conversion in parts):
        raise refusal("may have only names in braces")
    return frozenset(name for _, name, _, _ in parts if name is not None)


def _template(value: object) -> object:
    if isinstance(value, str):
        unknown = sorted(placeholders_of(value) - set(PLACEHOLDERS))
        if unknown:
            names = ", ".join(f"{{{name}}}" for name in unknown)
            raise refusal(f"may not use {names}; it may use {', '.join(PLACEHOLDERS)}")
    return value


Template = Annotated[Words, BeforeValidator(_template)]


class Sentence(Section):
    """What one audience hears at one milestone; without text, the reason why it hears nothing."""

    text: Template | None = None
    silent: Words | None = None
    held: YesOrNo = False


def _sentence(value: object) -> object:
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, dict) and ("text" in value) == ("silent" in value):
        raise refusal("must have either a text, or under silent the reason for saying nothing")
    return value


Said = Annotated[Sentence, BeforeValidator(_sentence)]


class Milestone(Section):
    """One milestone, for each audience there is."""

    agency_referrer: Said
    family: Said
    relative_or_public: Said
    social_care: Said


class Sentences(Section):
    """Every milestone that can be told; a file that forgets one is refused."""

    received: Milestone
    added_to_work_in_hand: Milestone
    accepted: Milestone
    waiting: Milestone
    allocated: Milestone
    signposted: Milestone
    not_proceeding: Milestone
    no_contact_letter: Milestone
    step_up: Milestone
    closed: Milestone


MILESTONES: Final = tuple(Sentences.model_fields)
AUDIENCES: Final = tuple(Milestone.model_fields)


class BroadReasons(Section):
    """A closure in the few words that a referrer may hear."""

    support_ended: Words
    no_contact: Words
    support_continues_elsewhere: Words
    no_longer_with_us: Words


BROAD_REASONS: Final = tuple(BroadReasons.model_fields)


def _template_id(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as wrong:
        raise refusal("must be the id of a GOV.UK Notify template") from wrong


TemplateId = Annotated[UUID, BeforeValidator(_template_id)]


class NotifyTemplates(Section):
    """The council's GOV.UK Notify templates, one for each way of sending."""

    email: TemplateId
    sms: TemplateId
    letter: TemplateId


class Wording(Section):
    """A council's sentences, which of them a worker approves first, and its Notify templates."""

    held_milestones: tuple[str, ...]
    held_audiences: tuple[str, ...]
    update: Template
    templates: NotifyTemplates
    broad_reasons: BroadReasons
    sentences: Sentences

    def of(self, milestone: str, audience: str) -> str | None:
        """Return the template for this audience, or None where nothing may be said."""
        return self._sentence(milestone, audience).text

    def is_held(self, milestone: str, audience: str) -> bool:
        """Say whether a worker approves the wording before it goes."""
        return (
            milestone in self.held_milestones
            or audience in self.held_audiences
            or self._sentence(milestone, audience).held
        )

    def fill(self, milestone: str, audience: str, values: Mapping[str, str]) -> str | None:
        """Return the sentence with its placeholders filled; KeyError if one has no value.

        The value of `broad_reason` is its code; an unknown one is told as `support_ended`.
        """
        template = self.of(milestone, audience)
        if template is None:
            return None
        reason = values.get("broad_reason", "support_ended")
        ended = self.broad_reasons.support_ended
        words = {**values, "broad_reason": getattr(self.broad_reasons, reason, ended)}
        return template.format_map(words)

    def _sentence(self, milestone: str, audience: str) -> Sentence:
        by_audience: Milestone = getattr(self.sentences, milestone)
        sentence: Sentence = getattr(by_audience, audience)
        return sentence
