"""Agencies, referrals, the people in them, their agreement, and what was decided."""

from alembic import op

revision = "r0001"
down_revision = None
branch_labels = ("referral",)
depends_on = None
deployment = "pre"

AGENCIES = """
CREATE TABLE agencies (
    council text NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    source_code text NOT NULL,
    inbox_email text NOT NULL,
    phone text NOT NULL,
    scopes text[] NOT NULL,
    active boolean NOT NULL DEFAULT true,
    registered_at timestamptz NOT NULL DEFAULT now(),
    registered_by text NOT NULL,
    CONSTRAINT pk_agencies PRIMARY KEY (council, id)
);
CREATE TABLE agency_secrets (
    council text NOT NULL,
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    secret_hash text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    made_by text NOT NULL,
    ends_at timestamptz,
    CONSTRAINT pk_agency_secrets PRIMARY KEY (council, id),
    CONSTRAINT fk_agency_secrets_council_agency_id
        FOREIGN KEY (council, agency_id) REFERENCES agencies (council, id)
);
CREATE INDEX ix_agency_secrets_council ON agency_secrets (council, agency_id);
"""

REFERRALS = """
CREATE TABLE referrals (
    council text NOT NULL,
    id uuid NOT NULL,
    family_id uuid NOT NULL,
    reference text NOT NULL,
    status text NOT NULL,
    sequence integer NOT NULL,
    referrer_kind text NOT NULL,
    agency_id uuid,
    agency_reference text,
    source_code text NOT NULL,
    submitted_by text NOT NULL,
    received_at timestamptz NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    danger boolean NOT NULL,
    whole boolean NOT NULL,
    restricted boolean NOT NULL,
    child_goes_home_at timestamptz,
    screening_due timestamptz NOT NULL,
    decision_due timestamptz NOT NULL,
    screening_started_at timestamptz,
    screening_started_by text,
    contact_attempts integer NOT NULL DEFAULT 0,
    decision text,
    decided_at timestamptz,
    decided_by text,
    pathway text,
    level integer,
    told text,
    unsettled text,
    case_id uuid,
    released_at timestamptz,
    outcome text,
    closed_at timestamptz,
    CONSTRAINT pk_referrals PRIMARY KEY (council, id),
    CONSTRAINT uq_referrals_council_reference UNIQUE (council, reference),
    CONSTRAINT fk_referrals_council_agency_id
        FOREIGN KEY (council, agency_id) REFERENCES agencies (council, id)
);
CREATE INDEX ix_referrals_family ON referrals (council, family_id);
CREATE INDEX ix_referrals_open ON referrals (council, screening_due)
    WHERE status <> 'closed';
"""

FAMILY = """
CREATE TABLE accounts (
    council text NOT NULL,
    id uuid NOT NULL,
    referral_id uuid NOT NULL,
    occasion text NOT NULL,
    told_at timestamptz NOT NULL,
    told_by text NOT NULL,
    danger boolean NOT NULL,
    told jsonb NOT NULL,
    missing jsonb NOT NULL,
    as_sent bytea,
    CONSTRAINT pk_accounts PRIMARY KEY (council, id),
    CONSTRAINT fk_accounts_council_referral_id
        FOREIGN KEY (council, referral_id) REFERENCES referrals (council, id)
);
CREATE INDEX ix_accounts_council ON accounts (council, referral_id);
CREATE TABLE people (
    council text NOT NULL,
    id uuid NOT NULL,
    referral_id uuid NOT NULL,
    kind text NOT NULL,
    same_as uuid,
    detail jsonb NOT NULL,
    CONSTRAINT pk_people PRIMARY KEY (council, id),
    CONSTRAINT fk_people_council_referral_id
        FOREIGN KEY (council, referral_id) REFERENCES referrals (council, id)
);
CREATE INDEX ix_people_council ON people (council, referral_id);
CREATE INDEX ix_people_nhs_number ON people (council, (detail ->> 'nhs_number'))
    WHERE detail ? 'nhs_number';
CREATE INDEX ix_people_name
    ON people (council, lower(detail ->> 'family_name'), (detail ->> 'born'))
    WHERE detail ? 'born';
CREATE TABLE relationships (
    council text NOT NULL,
    id uuid NOT NULL,
    referral_id uuid NOT NULL,
    adult_id uuid NOT NULL,
    child_id uuid NOT NULL,
    relation text NOT NULL,
    parental_responsibility text NOT NULL,
    CONSTRAINT pk_relationships PRIMARY KEY (council, id),
    CONSTRAINT fk_relationships_council_referral_id
        FOREIGN KEY (council, referral_id) REFERENCES referrals (council, id)
);
CREATE INDEX ix_relationships_council ON relationships (council, referral_id);
CREATE TABLE agreements (
    council text NOT NULL,
    id uuid NOT NULL,
    referral_id uuid NOT NULL,
    person_id uuid NOT NULL,
    agreed boolean NOT NULL,
    withdrawn boolean NOT NULL,
    how text,
    asked_by text,
    risk_answer text,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_agreements PRIMARY KEY (council, id),
    CONSTRAINT fk_agreements_council_person_id
        FOREIGN KEY (council, person_id) REFERENCES people (council, id)
);
CREATE INDEX ix_agreements_council ON agreements (council, person_id);
CREATE TABLE family_contacts (
    council text NOT NULL,
    id uuid NOT NULL,
    referral_id uuid NOT NULL,
    person_id uuid NOT NULL,
    attempt integer NOT NULL,
    mode text NOT NULL,
    outcome text NOT NULL,
    at timestamptz NOT NULL,
    logged_by text NOT NULL,
    CONSTRAINT pk_family_contacts PRIMARY KEY (council, id),
    CONSTRAINT fk_family_contacts_council_person_id
        FOREIGN KEY (council, person_id) REFERENCES people (council, id)
);
CREATE INDEX ix_family_contacts_council ON family_contacts (council, referral_id);
"""

DECISIONS = """
CREATE TABLE decisions (
    council text NOT NULL,
    id uuid NOT NULL,
    referral_id uuid NOT NULL,
    decision text NOT NULL,
    pathway text,
    level integer NOT NULL,
    said jsonb NOT NULL,
    decided_at timestamptz NOT NULL,
    decided_by text NOT NULL,
    CONSTRAINT pk_decisions PRIMARY KEY (council, id),
    CONSTRAINT fk_decisions_council_referral_id
        FOREIGN KEY (council, referral_id) REFERENCES referrals (council, id)
);
CREATE INDEX ix_decisions_council ON decisions (council, referral_id);
CREATE TABLE diversions (
    council text NOT NULL,
    id uuid NOT NULL,
    referral_id uuid NOT NULL,
    urgent boolean NOT NULL,
    reason text NOT NULL,
    parents_informed text NOT NULL,
    child_goes_home_at timestamptz,
    diverted_at timestamptz NOT NULL,
    diverted_by text NOT NULL,
    CONSTRAINT pk_diversions PRIMARY KEY (council, id),
    CONSTRAINT fk_diversions_council_referral_id
        FOREIGN KEY (council, referral_id) REFERENCES referrals (council, id)
);
CREATE INDEX ix_diversions_council ON diversions (council, referral_id);
"""


def upgrade() -> None:
    for part in (AGENCIES, REFERRALS, FAMILY, DECISIONS):
        op.execute(part)
