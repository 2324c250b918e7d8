"""Handovers, the versions of their packs, and what the two sides wrote to each other."""

from alembic import op

revision = "h0001"
down_revision = None
branch_labels = ("handover",)
depends_on = None
deployment = "pre"

HANDOVERS = """
CREATE TABLE handovers (
    council text NOT NULL,
    id uuid NOT NULL,
    family_id uuid NOT NULL,
    origin text NOT NULL,
    origin_id uuid NOT NULL,
    proposal_id uuid,
    referral_ids uuid[] NOT NULL,
    child_ids uuid[] NOT NULL,
    factors text[] NOT NULL,
    urgent boolean NOT NULL,
    status text NOT NULL,
    parents_informed text NOT NULL,
    child_goes_home_at timestamptz,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL,
    alarm_due timestamptz,
    authorised_by text,
    authorised_at timestamptz,
    sent_at timestamptz,
    delivered_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    acknowledged_how text,
    decided_at timestamptz,
    decided_by text,
    declined_reason text,
    visit_booked_on date,
    visited_on date,
    visit_joint boolean,
    not_joint_reason text,
    receiving_worker text,
    cancelled_reason text,
    ended_at timestamptz,
    sequence integer NOT NULL,
    CONSTRAINT pk_handovers PRIMARY KEY (council, id),
    CONSTRAINT ck_handovers_another_person_authorises CHECK (authorised_by <> proposed_by),
    CONSTRAINT ck_handovers_completed_needs_visit_and_worker CHECK (
        status <> 'completed'
        OR (visit_joint IS NOT NULL AND receiving_worker IS NOT NULL AND authorised_by IS NOT NULL)
    ),
    CONSTRAINT ck_handovers_urgent_needs_a_person CHECK (
        NOT urgent OR acknowledged_how IS DISTINCT FROM 'system'
    )
);
CREATE UNIQUE INDEX uq_handovers_open ON handovers (council, origin, origin_id)
    WHERE ended_at IS NULL;
CREATE INDEX ix_handovers_origin ON handovers (council, origin_id);
"""

PACKS = """
CREATE TABLE packs (
    council text NOT NULL,
    id uuid NOT NULL,
    version integer NOT NULL,
    handover_id uuid NOT NULL,
    urgent boolean NOT NULL,
    state text NOT NULL,
    sha256 text,
    prepared_at timestamptz,
    delivered_at timestamptz,
    receipt text,
    attempts integer NOT NULL DEFAULT 0,
    last_outcome text,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    claim uuid,
    claimed_until timestamptz,
    CONSTRAINT pk_packs PRIMARY KEY (council, id, version),
    CONSTRAINT fk_packs_council_handover_id
        FOREIGN KEY (council, handover_id) REFERENCES handovers (council, id)
);
CREATE UNIQUE INDEX uq_packs_waiting ON packs (council, handover_id) WHERE state = 'waiting';
CREATE INDEX ix_packs_due ON packs (next_attempt_at) WHERE state = 'waiting';
CREATE INDEX ix_packs_handover ON packs (council, handover_id);
"""

NOTES = """
CREATE TABLE notes (
    council text NOT NULL,
    id uuid NOT NULL,
    handover_id uuid NOT NULL,
    kind text NOT NULL,
    words text NOT NULL,
    written_by text NOT NULL,
    written_at timestamptz NOT NULL,
    CONSTRAINT pk_notes PRIMARY KEY (council, id),
    CONSTRAINT fk_notes_council_handover_id
        FOREIGN KEY (council, handover_id) REFERENCES handovers (council, id)
);
CREATE INDEX ix_notes_handover ON notes (council, handover_id);
"""


def upgrade() -> None:
    for part in (HANDOVERS, PACKS, NOTES):
        op.execute(part)
