"""What must hold between the parts of a council's file, and between the files."""

from collections.abc import Iterable
from datetime import time
from typing import Any, Final

from councils.audiences import check_wording
from councils.reading import Page

ROLES: Final = (
    "duty_worker",
    "duty_manager",
    "practitioner",
    "team_manager",
    "care_receiver",
    "records_officer",
    "system_admin",
)

# Chichester has two teams (S46).
_TEAMS_OF_AN_AREA: Final = {("west-sussex", "chichester"): 2}


def rule_checks(page: Page) -> None:
    """Note whatever does not fit together within one file."""
    _check_names(page)
    _check_labels(page)
    _check_desk(page)
    _check_teams(page)
    _check_pathways(page)
    _check_limits(page)
    _check_ages(page)
    check_wording(page)


def cross_checks(pages: Iterable[Page]) -> None:
    """Note what two councils may not share."""
    for key in ("local_authority_code", "social_care.endpoint_name"):
        first: dict[Any, Page] = {}
        for page in pages:
            *tables, name = key.split(".")
            value = page.table(*tables).get(name)
            if isinstance(value, str) and first.setdefault(value, page) is not page:
                page.report(key, f"is already that of {first[value].path.stem}")


def _check_names(page: Page) -> None:
    code = page.document.get("code")
    if isinstance(code, str) and code != page.path.stem:
        page.report("code", f'must be "{page.path.stem}", as the file is named')
    la_code = page.document.get("local_authority_code")
    if isinstance(la_code, str) and not (len(la_code) == 3 and la_code.isdigit()):
        page.report("local_authority_code", "must be the three digits of the local authority")
    for table in ("areas", "teams", "grades", "pathway_groups", "pathways"):
        _check_codes_once(page, table)


def _check_codes_once(page: Page, table: str) -> None:
    if page.document.get(table) == []:
        page.report(table, "must have at least one row")
    seen: set[str] = set()
    for key, row in page.rows(table):
        code = str(row.get("code"))
        if code in seen:
            page.report(f"{key}.code", f'names "{code}" a second time')
        seen.add(code)


def _check_labels(page: Page) -> None:
    labels = page.table("labels")
    for role in ROLES:
        if role not in labels:
            page.report(f"labels.{role}", "is missing: every role has this council's name for it")
    for role in labels.keys() - set(ROLES):
        page.report(f"labels.{role}", f"is not a role; the roles are {', '.join(ROLES)}")


def _check_desk(page: Page) -> None:
    desk = page.table("desk")
    opens, closes = desk.get("opens"), desk.get("closes")
    if isinstance(opens, time) and isinstance(closes, time) and opens >= closes:
        page.report("desk.closes", "must be later than desk.opens")
    advice = desk.get("emergency_advice")
    if isinstance(advice, str) and "999" not in advice:
        page.report("desk.emergency_advice", "must name 999")


def _check_teams(page: Page) -> None:
    areas, grades = page.codes("areas"), page.codes("grades")
    for key, row in page.rows("teams"):
        if str(row.get("area")) not in areas:
            page.report(f"{key}.area", "names an area that is not among the areas")
        listed = row.get("grades")
        for grade in listed if isinstance(listed, list) else ():
            if str(grade) not in grades:
                page.report(f"{key}.grades", f'names "{grade}", which is not among the grades')
    manned = [row.get("area") for _, row in page.rows("teams")]
    for key, row in page.rows("areas"):
        wanted = _TEAMS_OF_AN_AREA.get((str(page.document.get("code")), str(row.get("code"))), 1)
        if manned.count(row.get("code")) < wanted:
            page.report(key, f"must have {wanted} team{'s' if wanted > 1 else ''} or more")


def _check_pathways(page: Page) -> None:
    groups = page.codes("pathway_groups")
    used = {str(row.get("group")) for _, row in page.rows("pathways")}
    for key, row in page.rows("pathways"):
        if str(row.get("group")) not in groups:
            page.report(f"{key}.group", "names a group that is not among the pathway_groups")
    for key, row in page.rows("pathway_groups"):
        if str(row.get("code")) not in used:
            page.report(key, "is the group of no pathway")


def _check_limits(page: Page) -> None:
    caps = page.table("limits", "complexity")
    for grade in page.codes("grades") - caps.keys():
        page.report(f"limits.complexity.{grade}", "is missing: every grade has a cap")
    for grade in caps.keys() - page.codes("grades"):
        page.report(f"limits.complexity.{grade}", "is not among the grades")
    families, people = (page.table("limits").get(key) for key in ("families", "people"))
    if isinstance(families, int) and isinstance(people, int) and people < families:
        page.report("limits.people", "must not be less than limits.families")


def _check_ages(page: Page) -> None:
    eligibility = page.table("eligibility")
    lower, upper = eligibility.get("lower_age"), eligibility.get("upper_age")
    if isinstance(lower, int) and isinstance(upper, int) and upper < lower:
        page.report("eligibility.upper_age", "must not be less than eligibility.lower_age")
