"""Outbox, timers, prompts, audit and history: what every service's database begins with."""

from alembic import op

revision = "c0001"
down_revision = None
branch_labels = ("chassis",)
depends_on = None
deployment = "pre"

OUTBOX = """
CREATE TABLE outbox_epoch (epoch smallint PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
INSERT INTO outbox_epoch (epoch) VALUES (0);
CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    epoch smallint NOT NULL DEFAULT 0,
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    created_at timestamptz NOT NULL DEFAULT now(),
    ce_id uuid NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    type text NOT NULL,
    council text NOT NULL,
    sequence integer NOT NULL,
    family uuid,
    "time" timestamptz NOT NULL,
    traceparent text,
    body bytea NOT NULL
) PARTITION BY RANGE (created_at);
CREATE INDEX ix_outbox_order ON outbox (epoch, tx, seq);
CREATE TABLE outbox_default PARTITION OF outbox DEFAULT;
CREATE TABLE outbox_cursor (
    shard smallint PRIMARY KEY,
    epoch smallint NOT NULL,
    tx xid8 NOT NULL,
    seq bigint NOT NULL,
    day timestamptz NOT NULL,
    owner uuid,
    cluster text
);
INSERT INTO outbox_cursor (shard, epoch, tx, seq, day) VALUES (0, 0, '0', 0, now());
"""

TIMERS = """
CREATE TABLE timers (
    id uuid PRIMARY KEY,
    council text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    about text NOT NULL DEFAULT '',
    due_at timestamptz NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    ended text,
    tries integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX uq_timers_open ON timers (council, kind, subject, about)
    WHERE ended_at IS NULL;
CREATE INDEX ix_timers_due ON timers (due_at) WHERE ended_at IS NULL;
"""

PROMPTS = """
CREATE TABLE prompts (
    id uuid PRIMARY KEY,
    council text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    about text NOT NULL DEFAULT '',
    role text NOT NULL,
    assignee text,
    urgent boolean NOT NULL DEFAULT false,
    due_at timestamptz,
    raised_at timestamptz NOT NULL DEFAULT now(),
    taken_at timestamptz,
    taken_by text,
    settled_at timestamptz,
    settled_by text,
    outcome text
);
CREATE UNIQUE INDEX uq_prompts_open ON prompts (council, kind, subject, about)
    WHERE settled_at IS NULL;
CREATE INDEX ix_prompts_open ON prompts (council, role) WHERE settled_at IS NULL;
"""

AUDIT = """
CREATE TABLE audit (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    council text NOT NULL,
    actor text NOT NULL,
    actor_kind text NOT NULL,
    organisation text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    purpose text,
    detail text[] NOT NULL DEFAULT '{}'
);
CREATE INDEX ix_audit_subject ON audit (council, subject);
CREATE TABLE history (
    id uuid PRIMARY KEY,
    council text NOT NULL,
    life text NOT NULL,
    subject text NOT NULL,
    frm text NOT NULL,
    may text NOT NULL,
    "then" text NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL,
    reason text
);
CREATE INDEX ix_history_subject ON history (council, subject);
"""


def upgrade() -> None:
    for part in (OUTBOX, TIMERS, PROMPTS, AUDIT):
        op.execute(part)
