"""A life as one table of steps: who may decide what, and what a thing is then."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from chassis.facts import Forbidden, NotAllowed


class StepNotAllowed(NotAllowed):
    """The life has no such step from where the thing stands now."""

    slug = "step-not-allowed"


class NotTheirDecision(Forbidden):
    """The step exists, but another role decides it."""

    slug = "not-their-decision"


@dataclass(frozen=True)
class Step:
    """One line of a life's table.

    `frm` is where it may stand (one status or several), `may` the decision as a past
    participle, `then` where it stands afterwards, `by` who decides (one role or several).
    """

    frm: StrEnum | tuple[StrEnum, ...]
    may: str
    then: StrEnum
    by: StrEnum | tuple[StrEnum, ...]

    @property
    def starts(self) -> tuple[StrEnum, ...]:
        """Give the statuses it may start from."""
        return self.frm if isinstance(self.frm, tuple) else (self.frm,)

    @property
    def deciders(self) -> tuple[StrEnum, ...]:
        """Give the roles that may decide it."""
        return self.by if isinstance(self.by, tuple) else (self.by,)


@dataclass(frozen=True)
class Taken:
    """A step that was taken, by its name in the table, for the history; `reason` is a code."""

    may: str
    frm: str
    then: str
    reason: str | None = None


def _words(value: str) -> str:
    return value.replace("_", " ")


def _a(words: str) -> str:
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"


@dataclass(frozen=True)
class Life:
    """The life of one kind of thing: its name and its whole table of steps."""

    name: str
    steps: tuple[Step, ...]

    def take(self, status: StrEnum, may: str, roles: Iterable[str]) -> StrEnum:
        """Take a step.

        Returns:
            the status afterwards.

        Raises:
            StepNotAllowed: there is no such step from `status`; the sentence says so.
            NotTheirDecision: there is, but none of `roles` decides it.
        """
        held = set(roles)
        open_to = [s for s in self.steps if s.may == may and status in s.starts]
        for step in open_to:
            if held & set(step.deciders):
                return step.then
        thing = f"{_a(self.name)} that is {_words(status)}".capitalize()
        if not open_to:
            by = f" by {_a(_words(min(held)))}" if held else ""
            raise StepNotAllowed(f"{thing} cannot be {_words(may)}{by}.")
        deciders = sorted({_words(role) for step in open_to for role in step.deciders})
        raise NotTheirDecision(f"{thing} may be {_words(may)} by {_a(' or '.join(deciders))} only.")

    def render(self) -> str:
        """Write the table for people, as Markdown."""
        lines = [
            f"# The life of {_a(self.name)}",
            "",
            f"| {_a(self.name)} that is | may be | and is then | decided by |".replace(
                "| a", "| A", 1
            ),
            "|---|---|---|---|",
        ]
        for step in self.steps:
            starts = ", ".join(_words(s) for s in step.starts)
            deciders = ", ".join(_words(r) for r in step.deciders)
            lines.append(f"| {starts} | {_words(step.may)} | {_words(step.then)} | {deciders} |")
        return "\n".join(lines) + "\n"
