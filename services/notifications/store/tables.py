"""The service's tables. Every row names its council, which leads every key."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.database import NAMES

metadata = MetaData(naming_convention=dict(NAMES))
MOMENT = DateTime(timezone=True)

referrals = Table(
    "referrals",
    metadata,
    Column("council", Text, primary_key=True),
    Column("referral_id", Uuid, primary_key=True),
    Column("family_id", Uuid, nullable=False),
    Column("referrer_kind", Text, nullable=False),
    Column("agency_id", Uuid, nullable=True),
    Column("reference", Text, nullable=True),
    Column("pathway_group", Text, nullable=True),
    Column("team_area", Text, nullable=True),
    Column("case_id", Uuid, nullable=True),
    Column("joined", Boolean, nullable=False, server_default="false"),
    Column("sequence", Integer, nullable=False, server_default="0"),
)

cases = Table(
    "cases",
    metadata,
    Column("council", Text, primary_key=True),
    Column("case_id", Uuid, primary_key=True),
    Column("family_id", Uuid, nullable=False),
    Column("team", Text, nullable=True),
)

agreements = Table(
    "agreements",
    metadata,
    Column("council", Text, primary_key=True),
    Column("referral_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("agreed", Boolean, nullable=False),
)

family_stops = Table(
    "family_stops",
    metadata,
    Column("council", Text, primary_key=True),
    Column("family_id", Uuid, primary_key=True),
    Column("because", Text, nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("released_at", MOMENT, nullable=True),
    Column("released_by", Text, nullable=True),
)

notifications = Table(
    "notifications",
    metadata,
    Column("council", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("referral_id", Uuid, nullable=False),
    Column("milestone", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=True),
    Column("due_at", MOMENT, nullable=True),
    Column("broad_reason", Text, nullable=True),
    Column("occurred_at", MOMENT, nullable=False),
    Column("approved_at", MOMENT, nullable=True),
    Column("approved_by", Text, nullable=True),
    Column("settled_at", MOMENT, nullable=True),
    Column("channel", Text, nullable=True),
    Column("occasion", Integer, nullable=False, server_default="0"),
    Column("read_at", MOMENT, nullable=True),
    UniqueConstraint(
        *("council", "referral_id", "milestone", "recipient", "occasion"),
        name="uq_notifications_once",
    ),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("council", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("notification_id", Uuid, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("channel", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("endpoint_id", Uuid, nullable=True),
    Column("provider_id", Text, nullable=True),
    Column("round", SmallInteger, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_try_at", MOMENT, nullable=True),
    Column("give_up_at", MOMENT, nullable=True),
    Column("claim", Uuid, nullable=True),
    Column("claimed_until", MOMENT, nullable=True),
    UniqueConstraint("council", "notification_id", "position"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("council", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("subject_id", Uuid, nullable=False),
    Column("round", SmallInteger, nullable=False),
    Column("begun_at", MOMENT, nullable=False),
    Column("ended_at", MOMENT, nullable=True),
    Column("outcome", Text, nullable=True),
    Column("status_code", Integer, nullable=True),
)

letters = Table(
    "letters",
    metadata,
    Column("council", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("family_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("referral_ids", ARRAY(Uuid), nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=True),
    Column("provider_id", Text, nullable=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_try_at", MOMENT, nullable=True),
    Column("claim", Uuid, nullable=True),
    Column("claimed_until", MOMENT, nullable=True),
    Column("composed_at", MOMENT, nullable=True),
    Column("dispatched_at", MOMENT, nullable=True),
)

endpoints = Table(
    "endpoints",
    metadata,
    Column("council", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("agency_id", Uuid, nullable=False),
    Column("url", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("ended_at", MOMENT, nullable=True),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("rest_until", MOMENT, nullable=True),
)

endpoint_secrets = Table(
    "endpoint_secrets",
    metadata,
    Column("council", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("endpoint_id", Uuid, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=True),
)
