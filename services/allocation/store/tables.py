"""The tables of allocation, as its migrations make them; the words of people stay in these."""

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.database import NAMES

metadata = MetaData(naming_convention=dict(NAMES))


def seen_by(council: str, table: Table) -> ColumnElement[bool]:
    """Keep every read and write of a table to one council's rows: the one scoping function."""
    return table.c.council == council


def _when(name: str, *, needed: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not needed)


def _text(name: str, *, needed: bool = False) -> Column[object]:
    return Column(name, Text, nullable=not needed)


def _flag(name: str) -> Column[object]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def _count(name: str) -> Column[object]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _ids(name: str) -> Column[object]:
    return Column(name, ARRAY(Uuid), nullable=False, server_default=text("'{}'"))


def _of_a_case(name: str, *columns: Column[object]) -> Table:
    """Make a table of records on a case, each with an id, the time and who wrote it."""
    return Table(
        name,
        metadata,
        Column("council", Text, primary_key=True),
        Column("id", Uuid, primary_key=True),
        Column("case_id", Uuid, nullable=False),
        _when("at", needed=True),
        Column("by", Text, nullable=False),
        *columns,
    )


cases = Table(
    "cases",
    metadata,
    Column("council", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("family_id", Uuid, nullable=False),
    _text("status", needed=True),
    _text("pathway", needed=True),
    _text("pathway_group", needed=True),
    _text("area", needed=True),
    _text("team"),
    Column("complexity", Integer, nullable=False),
    Column("adult_ids", ARRAY(Uuid), nullable=False),
    _count("people"),
    _when("accepted_at", needed=True),
    _when("opened_at", needed=True),
    _when("joined_at"),
    _when("next_review_at"),
    _text("practitioner_id"),
    _when("allocated_at"),
    _when("first_contact_due"),
    _when("first_contact_at"),
    _count("calls_unanswered"),
    _count("visits_unanswered"),
    _flag("post_unsafe"),
    Column("letter_id", Uuid),
    _text("letter_state"),
    _when("letter_due"),
    Column("closure_id", Uuid),
    Column("step_up_id", Uuid),
    _flag("led_by_care"),
    Column("worries", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    _when("closed_at"),
    _text("close_reason"),
    _count("sequence"),
)

case_referrals = Table(
    "case_referrals",
    metadata,
    Column("council", Text, primary_key=True),
    Column("referral_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("place", Integer, nullable=False),
)

case_children = Table(
    "case_children",
    metadata,
    Column("council", Text, primary_key=True),
    Column("case_id", Uuid, primary_key=True),
    Column("child_id", Uuid, primary_key=True),
    Column("place", Integer, nullable=False),
    _when("counts_from"),
    _when("seen_at"),
    _when("consulted_at"),
)

agreements = Table(
    "agreements",
    metadata,
    Column("council", Text, primary_key=True),
    Column("family_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("agreed", Boolean, nullable=False),
)

practitioners = Table(
    "practitioners",
    metadata,
    Column("council", Text, primary_key=True),
    Column("staff_id", Text, primary_key=True),
    _text("team", needed=True),
    _text("grade", needed=True),
    Column("families_limit", Integer),
    Column("people_limit", Integer),
    _count("other_families"),
    _count("other_people"),
    Column("duty_weeks", JSONB, nullable=False, server_default=text("'[]'")),
    Column("away", JSONB, nullable=False, server_default=text("'[]'")),
    _text("work_phone"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
)

allocations = _of_a_case(
    "allocations",
    _text("practitioner_id", needed=True),
    Column("went_against", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    _text("override_reason"),
)

waiting_reviews = _of_a_case(
    "waiting_reviews",
    Column("safe_to_wait", Boolean, nullable=False),
    _text("note"),
)

contacts = _of_a_case(
    "contacts",
    _when("made_at", needed=True),
    _text("mode", needed=True),
    _text("outcome", needed=True),
    _ids("children_seen"),
    Column("verified_adult_id", Uuid),
    _text("note"),
)

sightings = _of_a_case(
    "sightings",
    Column("child_id", Uuid, nullable=False),
    _when("seen_at", needed=True),
    _text("seen_by_role", needed=True),
    _text("seen_by_name", needed=True),
)

mash_consultations = _of_a_case(
    "mash_consultations",
    _ids("child_ids"),
    _text("consulted_with", needed=True),
    _text("advice", needed=True),
)

letters = _of_a_case(
    "letters",
    Column("person_id", Uuid, nullable=False),
)

closures = _of_a_case(
    "closures",
    _text("reason", needed=True),
    _text("before", needed=True),
    Column("checklist", JSONB, nullable=False),
    _text("note"),
    _text("outcome"),
    _when("decided_at"),
    _text("decided_by"),
    _text("risk_answer"),
    _text("decision_reason"),
)

step_ups = _of_a_case(
    "step_ups",
    Column("urgent", Boolean, nullable=False),
    Column("factors", ARRAY(Text), nullable=False),
    _ids("child_ids"),
    _text("reason", needed=True),
    _text("tried"),
    Column("child_views", JSONB, nullable=False, server_default=text("'[]'")),
    Column("manager_consulted", JSONB),
    _text("parents_informed", needed=True),
    _text("parents_informed_why"),
    _text("parents_view"),
    _text("others_in_home"),
    _when("child_goes_home_at"),
    Column("handover_id", Uuid),
    _text("authorised_by"),
    _text("outcome"),
    _when("settled_at"),
)

risk_answers = _of_a_case(
    "risk_answers",
    _text("about", needed=True),
    _text("answer", needed=True),
)

referrer_answers = _of_a_case(
    "referrer_answers",
    Column("referral_id", Uuid, nullable=False),
    _text("answer", needed=True),
)
