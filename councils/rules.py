"""One council's rules, and the door through which every service reads them, checked whole."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeVar

from pydantic import ValidationError

from councils.checks import cross_checks, rule_checks
from councils.clocks import Clocks
from councils.kinds import Code, Section, Words
from councils.pathways import Area, Grade, Pathway, PathwayGroup, Team
from councils.reading import CouncilFileWrong, Page, open_page
from councils.sections import (
    Desk,
    DutyContact,
    Eligibility,
    Handover,
    Limits,
    NoContact,
    SocialCare,
    Successor,
)
from councils.wording import Wording

Coded = TypeVar("Coded", Area, Grade, Pathway, PathwayGroup, Team)


class UnknownCouncil(KeyError):  # noqa: N818 -- errors are named for the fact
    """No council of this code has a file here."""

    slug: Final = "unknown-council"

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        """Say it in a sentence, where KeyError would quote the key."""
        return f"There is no council with the code {self.code}."


class UnknownCode(KeyError):  # noqa: N818 -- errors are named for the fact
    """A council has no team, area, grade or pathway of this code."""

    slug: Final = "unknown-code"

    def __init__(self, council: str, noun: str, code: str) -> None:
        super().__init__(code)
        self.council, self.noun, self.code = council, noun, code

    def __str__(self) -> str:
        """Say it in a sentence, where KeyError would quote the key."""
        return f"{self.council} has no {self.noun} with the code {self.code}."


class CouncilRules(Section):
    """Everything that differs between councils. Every number of the field is in its file."""

    code: Code
    name: Words
    local_authority_code: Words
    policy_version: Words
    successor: Successor | None = None
    labels: dict[str, Words]
    desk: Desk
    duty_contact: DutyContact
    areas: tuple[Area, ...]
    teams: tuple[Team, ...]
    grades: tuple[Grade, ...]
    pathway_groups: tuple[PathwayGroup, ...]
    pathways: tuple[Pathway, ...]
    limits: Limits
    clocks: Clocks
    no_contact: NoContact
    handover: Handover
    social_care: SocialCare
    eligibility: Eligibility
    wording: Wording

    def area(self, code: str) -> Area:
        """Return the area, or raise UnknownCode."""
        return self._of(self.areas, "area", code)

    def team(self, code: str) -> Team:
        """Return the team, or raise UnknownCode."""
        return self._of(self.teams, "team", code)

    def teams_of(self, area: str) -> tuple[Team, ...]:
        """Return the teams of an area, in the order of the file."""
        return tuple(team for team in self.teams if team.area == self.area(area).code)

    def grade(self, code: str) -> Grade:
        """Return the grade, or raise UnknownCode."""
        return self._of(self.grades, "grade", code)

    def pathway(self, code: str) -> Pathway:
        """Return the pathway, or raise UnknownCode."""
        return self._of(self.pathways, "pathway", code)

    def pathway_group(self, code: str) -> PathwayGroup:
        """Return what an agency may hear of a pathway, or raise UnknownCode."""
        return self._of(self.pathway_groups, "pathway group", code)

    def say(self, milestone: str, audience: str, values: Mapping[str, str]) -> str | None:
        """Return the finished sentence for this audience, or None where nothing may be said.

        The desk's own facts (telephone, emergency advice, how to refer again) are put in here.
        """
        ours = {
            "duty_phone": self.desk.duty_phone,
            "emergency_advice": self.desk.emergency_advice,
            "rerefer": self.desk.rerefer,
        }
        return self.wording.fill(milestone, audience, {**ours, **values})

    def _of(self, rows: tuple[Coded, ...], noun: str, code: str) -> Coded:
        for row in rows:
            if row.code == code:
                return row
        raise UnknownCode(self.name, noun, code)


class Councils(Mapping[str, CouncilRules]):
    """The councils of this installation, by code."""

    def __init__(self, rules: Mapping[str, CouncilRules]) -> None:
        self._rules = dict(rules)

    def __getitem__(self, code: str) -> CouncilRules:
        try:
            return self._rules[code]
        except KeyError:
            raise UnknownCouncil(code) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)


def _read(page: Page) -> CouncilRules | None:
    try:
        return CouncilRules.model_validate(page.document)
    except ValidationError as wrong:
        page.report_all(wrong)
        return None


def load_councils(directory: Path) -> Councils:
    """Read and check every `*.toml` of a directory.

    Raises:
        CouncilFileWrong: With one sentence for each thing that is wrong in any of the files.
    """
    pages = [open_page(path) for path in sorted(directory.glob("*.toml"))]
    readable = [page for page in pages if page.readable]
    read: dict[str, CouncilRules] = {}
    for page in readable:
        rules = _read(page)
        rule_checks(page)
        if rules is not None:
            read[rules.code] = rules
    cross_checks(readable)
    problems = tuple(problem for page in pages for problem in page.problems())
    if problems:
        raise CouncilFileWrong(problems)
    if not read:
        raise CouncilFileWrong((f"{directory.name} holds no council's file.",))
    return Councils(read)
