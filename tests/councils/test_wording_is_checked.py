"""No council's file can say more to an audience than that audience may hear."""

from pathlib import Path

import pytest

from councils.audiences import MAY_HEAR
from councils.rules import load_councils
from councils.wording import AUDIENCES, BROAD_REASONS, MILESTONES, placeholders_of
from tests.councils.planting import COUNCILS, planted, the_files, what_is_wrong

VALUES = {
    "reference": "KB-7Q2M",
    "pathway_group": "guidance and advice",
    "team": "Early Help East",
    "practitioner_contact": "01632 960111",
    "due_date": "Tuesday 24 November",
    "broad_reason": "no_contact",
}


def _planted_sentence(directory: Path, milestone: str, audience: str, wrong: str) -> int:
    path = directory / "southend.toml"
    lines = path.read_text().splitlines()
    header = lines.index(f"[wording.sentences.{milestone}]")
    at = next(n for n in range(header, len(lines)) if lines[n].startswith(audience))
    lines[at] = wrong
    path.write_text("\n".join(lines))
    return at + 1


@pytest.mark.parametrize(
    ("milestone", "audience", "wrong", "sentence"),
    [
        (
            "step_up",
            "relative_or_public",
            '"Passed on."',
            "must be silent: this audience may hear nothing here",
        ),
        (
            "step_up",
            "family",
            '{ text = "Passed on." }',
            "must be silent: this audience may hear nothing here",
        ),
        (
            "accepted",
            "agency_referrer",
            '"Ring {practitioner_contact}."',
            "may not tell this audience the practitioner_contact",
        ),
        (
            "waiting",
            "agency_referrer",
            '"For {child}."',
            "may not use {child}; it may use",
        ),
        ("accepted", "family", '"{team"', "has a brace without its partner"),
        ("accepted", "family", '"{team!r}"', "may have only names in braces"),
        ("accepted", "family", '"{}"', "may not use {}; it may use"),
        (
            "accepted",
            "family",
            "{ held = true }",
            "must have either a text, or under silent the reason for saying nothing",
        ),
    ],
)
def test_a_sentence_that_says_too_much_is_refused(
    tmp_path: Path, milestone: str, audience: str, wrong: str, sentence: str
) -> None:
    directory = the_files(tmp_path)
    line = _planted_sentence(directory, milestone, audience, f"{audience} = {wrong}")
    said = "\n".join(what_is_wrong(directory))
    assert f"councils/southend.toml, line {line}: wording.sentences.{milestone}.{audience}" in said
    assert sentence in said


def test_a_forgotten_audience_is_named(tmp_path: Path) -> None:
    directory = the_files(tmp_path)
    _planted_sentence(directory, "closed", "social_care", "")
    (said,) = what_is_wrong(directory)
    assert said.endswith("wording.sentences.closed.social_care is missing.")


def test_thanks_that_differ_would_tell_a_relative_the_outcome(tmp_path: Path) -> None:
    directory = the_files(tmp_path)
    wrong = 'relative_or_public = "Thank you, we have helped."'
    line = _planted_sentence(directory, "signposted", "relative_or_public", wrong)
    key = f"line {line}: wording.sentences.signposted.relative_or_public"
    said = "must say what added_to_work_in_hand says, or the outcome can be inferred."
    assert what_is_wrong(directory) == (f"councils/southend.toml, {key} {said}",)


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ('held_milestones = ["step_up"]', "held_milestones = []", "must hold step_up"),
        ('held_milestones = ["step_up"]', 'held_milestones = ["step_up", "x"]', 'names "x"'),
        ('["relative_or_public"]', '["neighbour"]', 'names "neighbour"; it may name'),
    ],
)
def test_what_a_worker_approves_first_is_checked(
    tmp_path: Path, right: str, wrong: str, sentence: str
) -> None:
    directory = the_files(tmp_path)
    line = planted(directory, right, wrong)
    said = what_is_wrong(directory)
    assert any(f"line {line}: wording.held_" in one and sentence in one for one in said)


@pytest.mark.parametrize("council", ["southend", "west-sussex"])
def test_every_sentence_can_be_said_and_the_rest_are_silent(council: str) -> None:
    rules = load_councils(COUNCILS)[council]
    for milestone in MILESTONES:
        for audience in AUDIENCES:
            said = rules.say(milestone, audience, VALUES)
            assert (said is not None) == (audience in MAY_HEAR[milestone])
            assert said is None or not placeholders_of(said)


def test_a_family_member_who_referred_hears_one_thank_you_whatever_came_of_it() -> None:
    for rules in load_councils(COUNCILS).values():
        said = {rules.say(milestone, "relative_or_public", VALUES) for milestone in MILESTONES}
        assert len(said - {None}) == 1


def test_no_family_hears_of_a_step_up_or_a_closure_by_message() -> None:
    for rules in load_councils(COUNCILS).values():
        assert rules.wording.of("step_up", "family") is None
        assert rules.wording.of("step_up", "relative_or_public") is None
        assert rules.wording.of("closed", "family") is None


def test_a_worker_approves_a_step_up_and_whatever_goes_to_a_relative() -> None:
    wording = load_councils(COUNCILS)["southend"].wording
    assert wording.is_held("step_up", "agency_referrer")
    assert wording.is_held("accepted", "relative_or_public")
    assert wording.is_held("added_to_work_in_hand", "family")
    assert not wording.is_held("accepted", "agency_referrer")


@pytest.mark.parametrize("reason", [*BROAD_REASONS, "unknown", None])
def test_a_closure_is_told_with_its_broad_reason_in_a_sentence(reason: str | None) -> None:
    rules = load_councils(COUNCILS)["southend"]
    told = {"reference": "KB-7Q2M"} | ({"broad_reason": reason} if reason else {})
    said = rules.say("closed", "agency_referrer", told)
    expected = getattr(rules.wording.broad_reasons, reason or "", None)
    assert said
    assert (expected or rules.wording.broad_reasons.support_ended) in said
