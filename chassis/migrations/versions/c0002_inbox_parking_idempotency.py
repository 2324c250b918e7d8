"""Inbox, parking and idempotency: what comes in takes effect once, and nothing of it is lost."""

from alembic import op

revision = "c0002"
down_revision = "c0001"
branch_labels = None
depends_on = None
deployment = "pre"

INBOX = """
CREATE TABLE inbox (
    group_name text NOT NULL,
    ce_id uuid NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_inbox PRIMARY KEY (group_name, ce_id)
);
CREATE INDEX ix_inbox_seen ON inbox USING brin (seen_at);
"""

PARKING = """
CREATE TABLE parked (
    number bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_parked PRIMARY KEY,
    group_name text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    timestamp_ms bigint NOT NULL,
    key bytea,
    value bytea,
    headers bytea NOT NULL,
    ce_id uuid,
    ce_type text,
    council text,
    reason text NOT NULL,
    detail text[] NOT NULL DEFAULT '{}',
    fact text,
    parked_at timestamptz NOT NULL DEFAULT now(),
    tries integer NOT NULL DEFAULT 0,
    ready_at timestamptz,
    discarded_at timestamptz,
    discarded_by text,
    discarded_why text
);
CREATE UNIQUE INDEX uq_parked_unread
    ON parked (group_name, topic, partition, record_offset, timestamp_ms) WHERE ce_id IS NULL;
CREATE INDEX ix_parked_line ON parked (group_name, topic, key, number)
    WHERE discarded_at IS NULL;
CREATE INDEX ix_parked_ready ON parked (group_name, ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX ix_parked_fact ON parked (fact) WHERE fact IS NOT NULL;
CREATE TABLE parked_key (
    group_name text NOT NULL,
    topic text NOT NULL,
    key bytea NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_parked_key PRIMARY KEY (group_name, topic, key)
);
"""

IDEMPOTENCY = """
CREATE TABLE idempotency (
    council text NOT NULL,
    organisation text NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    body_hmac bytea NOT NULL,
    status integer NOT NULL,
    answer jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_idempotency PRIMARY KEY (council, organisation, operation, key)
);
"""


def upgrade() -> None:
    for part in (INBOX, PARKING, IDEMPOTENCY):
        op.execute(part)
