"""Each wrong file says what is wrong with it, in a sentence with its file, key and line."""

from pathlib import Path

import pytest

from tests.councils.planting import line_holding, planted, the_files, what_is_wrong

UNITS = "working_days, working_hours, hours, calendar_days, months"
ENDS = "close_of_next_working_day, close_of_previous_working_day"
A_DATE = "{} must be a date written as 2028-04-01, without quotation marks"
A_CLOCK = "clocks.screening.working_days"
REAL = "must be in hours: a clock of danger runs while the desk is closed"

A_WRONG_VALUE = [
    pytest.param(*row, id=row[2].split()[0])
    for row in [
        (
            "screening.working_days = 1 ",
            "screening.working_days = 0 ",
            "clocks.screening.working_days must be a whole number of 1 or more",
        ),
        (
            "acknowledgement.working_days = 1 ",
            'acknowledgement.working_days = "one" ',
            "clocks.acknowledgement.working_days must be a whole number of 1 or more",
        ),
        (
            "agreement_chase.working_days = 5 ",
            "agreement_chase.fortnights = 5 ",
            f"clocks.agreement_chase must have exactly one of {UNITS}",
        ),
        (
            "handover_authorise_urgent.hours = 1 ",
            "handover_authorise_urgent.working_days = 1 ",
            f"clocks.handover_authorise_urgent {REAL}",
        ),
        (
            'no_contact_answer = { calendar_days = 10, ends = "close_of_next_working_day" }',
            'no_contact_answer = { calendar_days = 10, ends = "midnight" }',
            f"clocks.no_contact_answer.ends must be one of {ENDS}",
        ),
        (
            "joint_visit.working_days = 5 ",
            'joint_visit = { working_days = 5, ends = "midnight" } ',
            "clocks.joint_visit.ends is not a key that Kinbridge knows",
        ),
        (
            "danger_alarm_minutes = 15",
            "danger_alarm_minutes = true",
            "clocks.danger_alarm_minutes must be a whole number of 1 or more",
        ),
        (
            "family_contact.attempts = 3",
            "family_contact.attempts = -3",
            "clocks.family_contact.attempts must be a whole number of 1 or more",
        ),
        ("families = 12 ", "families = 0 ", "limits.families must be a whole number of 1 or more"),
        ("people = 45 ", "people = 11 ", "limits.people must not be less than limits.families"),
        (
            "opens = 09:00:00",
            'opens = "9 am"',
            "desk.opens must be a time of day written as 09:00:00, without quotation marks",
        ),
        ("closes = 17:30:00", "closes = 08:30:00", "desk.closes must be later than desk.opens"),
        (
            "closure_days = []",
            'closure_days = ["Christmas Eve"]',
            A_DATE.format("desk.closure_days.0"),
        ),
        (
            'emergency_advice = "If a child is in immediate danger ring 999"',
            'emergency_advice = "Ring us first"',
            "desk.emergency_advice must name 999",
        ),
        (
            'email = "early-help-duty@southend.example"',
            'email = "the duty desk"',
            "duty_contact.email must be an e-mail address",
        ),
        (
            'duty_phone = "01632 960100"',
            'duty_phone = "ask at reception"',
            "desk.duty_phone must be a telephone number in digits and spaces",
        ),
        (
            'area = "southend_central"',
            'area = "canvey"',
            "teams.1.area names an area that is not among the areas",
        ),
        (
            'group = "guidance_advice"',
            'group = "advice"',
            "pathways.4.group names a group that is not among the pathway_groups",
        ),
        (
            'code = "practitioner_long"',
            'code = "Practitioner Long"',
            "pathways.2.code must be a code in small letters, such as practitioner_long",
        ),
        (
            'code = "practitioner_long"',
            'code = "practitioner_short"',
            'pathways.2.code names "practitioner_short" a second time',
        ),
        ("weight = 4", "weight = 4.5", "pathways.0.weight must be a whole number of 1 or more"),
        (
            "needs_assessment = false",
            'needs_assessment = "no"',
            "pathways.0.needs_assessment must be true or false",
        ),
        (
            'style = "transfer"',
            'style = "quick"',
            "handover.style must be 'transfer' or 'alongside'",
        ),
        (
            'system = "liquidlogic"',
            'system = "post"',
            "social_care.system must be 'liquidlogic' or 'mosaic'",
        ),
        (
            'endpoint_name = "southend_care_system"',
            'endpoint_name = "https://care.example"',
            "social_care.endpoint_name must be a code in small letters, such as practitioner_long",
        ),
        (
            'sms = "2b7f6c54-91f3-4f0e-8a3c-7d5e0b9a4c22"',
            'sms = "template 7"',
            "wording.templates.sms must be the id of a GOV.UK Notify template",
        ),
        (
            'code = "southend"',
            'code = "southend-on-sea"',
            'code must be "southend", as the file is named',
        ),
        (
            'local_authority_code = "882"',
            'local_authority_code = "E06000033"',
            "local_authority_code must be the three digits of the local authority",
        ),
        ("from_date = 2028-04-01", "from_date = 2028", A_DATE.format("successor.from_date")),
    ]
]


@pytest.mark.parametrize(("right", "wrong", "sentence"), A_WRONG_VALUE)
def test_a_wrong_value_is_named_with_its_file_key_and_line(
    tmp_path: Path, right: str, wrong: str, sentence: str
) -> None:
    directory = the_files(tmp_path)
    line = planted(directory, right, wrong)
    assert f"councils/southend.toml, line {line}: {sentence}." in what_is_wrong(directory)


def test_the_clock_of_screening_says_the_sentence_that_the_guide_shows(tmp_path: Path) -> None:
    directory = the_files(tmp_path)
    line = planted(directory, "screening.working_days = 1 ", "screening.working_days = 1.5 ")
    assert what_is_wrong(directory) == (
        f"councils/southend.toml, line {line}: {A_CLOCK} must be a whole number of 1 or more.",
    )


@pytest.mark.parametrize(
    ("removed", "table", "key"),
    [
        ('duty_phone = "01632 960100"', "[desk]", "desk.duty_phone"),
        ('label = "Early Help duty practitioner"', "[duty_contact]", "duty_contact.label"),
        ("before_home_minutes = 60", "[clocks]", "clocks.before_home_minutes"),
        ("screening.working_days = 1", "[clocks]", "clocks.screening"),
        (
            'sms = "2b7f6c54-91f3-4f0e-8a3c-7d5e0b9a4c22"',
            "[wording.templates]",
            "wording.templates.sms",
        ),
    ],
)
def test_a_missing_key_is_named_at_the_table_that_lacks_it(
    tmp_path: Path, removed: str, table: str, key: str
) -> None:
    directory = the_files(tmp_path)
    planted(directory, removed, "")
    said = f"councils/southend.toml, line {line_holding(table)}: {key}"
    assert what_is_wrong(directory) == (f"{said} is missing.",)


def test_a_missing_duty_contact_is_named(tmp_path: Path) -> None:
    directory = the_files(tmp_path)
    text = (directory / "southend.toml").read_text()
    start, end = text.index("[duty_contact]"), text.index("# Areas and teams")
    (directory / "southend.toml").write_text(text[:start] + text[end:])
    assert what_is_wrong(directory) == ("councils/southend.toml, line 1: duty_contact is missing.",)


def test_a_key_that_nobody_reads_is_an_error(tmp_path: Path) -> None:
    directory = the_files(tmp_path)
    line = planted(directory, "families = 12", "famlies = 14\nfamilies = 12")
    assert what_is_wrong(directory) == (
        f"councils/southend.toml, line {line}: limits.famlies is not a key that Kinbridge knows.",
    )


def test_everything_wrong_in_both_files_is_said_at_once_in_their_order(tmp_path: Path) -> None:
    directory = the_files(tmp_path)
    planted(directory, "people = 45", "people = 0")
    planted(directory, 'area = "southend_east"', 'area = "leigh"')
    planted(directory, "screening.working_days = 1", "screening.working_days = 0")
    planted(directory, 'style = "alongside"', 'style = "beside"', council="west-sussex")
    said = [problem.split(": ")[1].split()[0] for problem in what_is_wrong(directory)]
    assert said == ["areas.2", "teams.2.area", "limits.people", A_CLOCK, "handover.style"]


def test_chichester_has_two_teams(tmp_path: Path) -> None:
    directory = the_files(tmp_path)
    planted(directory, 'area = "chichester"  # S46', 'area = "arun"', council="west-sussex")
    line = line_holding('code = "chichester"', council="west-sussex") - 1
    assert what_is_wrong(directory) == (
        f"councils/west-sussex.toml, line {line}: areas.0 must have 2 teams or more.",
    )


def test_a_role_without_a_name_and_a_name_without_a_role_are_both_named(tmp_path: Path) -> None:
    directory = the_files(tmp_path)
    line = planted(directory, "duty_worker =", "duty_officer =")
    unknown, missing = sorted(what_is_wrong(directory))[::-1]
    assert f"line {line}: labels.duty_officer is not a role" in unknown
    assert "labels.duty_worker is missing" in missing


def test_every_grade_has_a_cap_on_complexity(tmp_path: Path) -> None:
    directory = the_files(tmp_path)
    planted(directory, "senior_practitioner = 4", "team_leader = 4")
    said = "\n".join(what_is_wrong(directory))
    assert "limits.complexity.senior_practitioner is missing: every grade has a cap." in said
    assert "limits.complexity.team_leader is not among the grades." in said


def test_two_councils_cannot_share_a_care_systems_endpoint(tmp_path: Path) -> None:
    directory = the_files(tmp_path)
    line = planted(
        directory, '"west_sussex_care_system"', '"southend_care_system"', council="west-sussex"
    )
    said = f"line {line}: social_care.endpoint_name is already that of southend."
    assert what_is_wrong(directory) == (f"councils/west-sussex.toml, {said}",)


def test_a_file_that_is_not_toml_says_where_reading_stopped(tmp_path: Path) -> None:
    directory = the_files(tmp_path)
    line = planted(directory, "families = 12", "families twelve")
    planted(directory, "families = 10", "families = 0", council="west-sussex")
    southend, west_sussex = what_is_wrong(directory)
    assert southend.startswith(f"councils/southend.toml, line {line}: the file is not TOML: ")
    assert "limits.families must be a whole number" in west_sussex


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    directory = the_files(tmp_path)
    path = directory / "southend.toml"
    path.write_bytes(b'code = "southend"\nname = "\xff"\n')
    assert what_is_wrong(directory) == (
        "councils/southend.toml, line 2: the file is not UTF-8 text.",
    )


def test_a_directory_without_councils_is_refused(tmp_path: Path) -> None:
    assert what_is_wrong(tmp_path) == (f"{tmp_path.name} holds no council's file.",)


def test_an_upper_age_is_not_below_the_lower_one(tmp_path: Path) -> None:
    directory = the_files(tmp_path)
    planted(directory, "lower_age = 0 ", "lower_age = 18 ")
    (said,) = what_is_wrong(directory)
    assert said.endswith("eligibility.upper_age must not be less than eligibility.lower_age.")


def test_a_council_without_teams_is_refused(tmp_path: Path) -> None:
    directory = the_files(tmp_path)
    text = (directory / "southend.toml").read_text()
    start, end = text.index("[[teams]]"), text.index("[[grades]]")
    code = text.index("\ncode") + 1
    without = text[:code] + "teams = []\n" + text[code:start] + text[end:]
    (directory / "southend.toml").write_text(without)
    said = "\n".join(what_is_wrong(directory))
    assert "teams must have at least one row." in said
    assert "areas.0 must have 1 team or more." in said
