"""Notifications and their roads, letters, webhook endpoints, and what is known of referrals."""

from alembic import op

revision = "n0001"
down_revision = None
branch_labels = ("notifications",)
depends_on = None
deployment = "pre"

KNOWN = """
CREATE TABLE referrals (
    council text NOT NULL,
    referral_id uuid NOT NULL,
    family_id uuid NOT NULL,
    referrer_kind text NOT NULL,
    agency_id uuid,
    reference text,
    pathway_group text,
    team_area text,
    case_id uuid,
    joined boolean NOT NULL DEFAULT false,
    sequence integer NOT NULL DEFAULT 0,
    CONSTRAINT pk_referrals PRIMARY KEY (council, referral_id)
);
CREATE TABLE cases (
    council text NOT NULL,
    case_id uuid NOT NULL,
    family_id uuid NOT NULL,
    team text,
    CONSTRAINT pk_cases PRIMARY KEY (council, case_id)
);
CREATE TABLE agreements (
    council text NOT NULL,
    referral_id uuid NOT NULL,
    person_id uuid NOT NULL,
    agreed boolean NOT NULL,
    CONSTRAINT pk_agreements PRIMARY KEY (council, referral_id, person_id)
);
CREATE INDEX ix_agreements_person ON agreements (council, person_id);
CREATE TABLE family_stops (
    council text NOT NULL,
    family_id uuid NOT NULL,
    because text NOT NULL,
    since timestamptz NOT NULL,
    released_at timestamptz,
    released_by text,
    CONSTRAINT pk_family_stops PRIMARY KEY (council, family_id)
);
"""

TELLING = """
CREATE TABLE notifications (
    council text NOT NULL,
    id uuid NOT NULL,
    referral_id uuid NOT NULL,
    milestone text NOT NULL,
    recipient text NOT NULL,
    status text NOT NULL,
    reason text,
    due_at timestamptz,
    broad_reason text,
    occurred_at timestamptz NOT NULL,
    approved_at timestamptz,
    approved_by text,
    settled_at timestamptz,
    channel text,
    CONSTRAINT pk_notifications PRIMARY KEY (council, id),
    CONSTRAINT uq_notifications_council_referral_id_milestone_recipient
        UNIQUE (council, referral_id, milestone, recipient)
);
CREATE TABLE deliveries (
    council text NOT NULL,
    id uuid NOT NULL,
    notification_id uuid NOT NULL,
    position smallint NOT NULL,
    channel text NOT NULL,
    status text NOT NULL,
    endpoint_id uuid,
    provider_id text,
    round smallint NOT NULL DEFAULT 0,
    tries integer NOT NULL DEFAULT 0,
    next_try_at timestamptz,
    give_up_at timestamptz,
    claim uuid,
    claimed_until timestamptz,
    CONSTRAINT pk_deliveries PRIMARY KEY (council, id),
    CONSTRAINT uq_deliveries_council_notification_id_position
        UNIQUE (council, notification_id, position)
);
CREATE INDEX ix_deliveries_endpoint ON deliveries (council, endpoint_id, next_try_at)
    WHERE status = 'queued';
CREATE INDEX ix_deliveries_queued ON deliveries (channel, next_try_at) WHERE status = 'queued';
CREATE INDEX ix_deliveries_sent ON deliveries (next_try_at) WHERE status = 'sent';
CREATE TABLE attempts (
    council text NOT NULL,
    id uuid NOT NULL,
    subject_id uuid NOT NULL,
    round smallint NOT NULL,
    begun_at timestamptz NOT NULL,
    ended_at timestamptz,
    outcome text,
    status_code integer,
    CONSTRAINT pk_attempts PRIMARY KEY (council, id)
);
CREATE INDEX ix_attempts_subject ON attempts (council, subject_id);
CREATE TABLE letters (
    council text NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    family_id uuid NOT NULL,
    person_id uuid NOT NULL,
    referral_ids uuid[] NOT NULL,
    requested_by text NOT NULL,
    status text NOT NULL,
    reason text,
    provider_id text,
    tries integer NOT NULL DEFAULT 0,
    next_try_at timestamptz,
    claim uuid,
    claimed_until timestamptz,
    composed_at timestamptz,
    dispatched_at timestamptz,
    CONSTRAINT pk_letters PRIMARY KEY (council, id)
);
CREATE INDEX ix_letters_due ON letters (status, next_try_at) WHERE next_try_at IS NOT NULL;
CREATE INDEX ix_letters_family ON letters (council, family_id);
"""

ENDPOINTS = """
CREATE TABLE endpoints (
    council text NOT NULL,
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    url text NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    failures integer NOT NULL DEFAULT 0,
    rest_until timestamptz,
    CONSTRAINT pk_endpoints PRIMARY KEY (council, id)
);
CREATE UNIQUE INDEX uq_endpoints_active ON endpoints (council, agency_id)
    WHERE status = 'active';
CREATE TABLE endpoint_secrets (
    council text NOT NULL,
    id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    CONSTRAINT pk_endpoint_secrets PRIMARY KEY (council, id)
);
CREATE INDEX ix_endpoint_secrets_endpoint ON endpoint_secrets (council, endpoint_id);
"""


def upgrade() -> None:
    for part in (KNOWN, TELLING, ENDPOINTS):
        op.execute(part)
