"""Cases, their children's clocks, workers' capacity, contact, closure and step-up."""

from alembic import op

revision = "a0001"
down_revision = None
branch_labels = ("allocation",)
depends_on = None
deployment = "pre"

CASES = """
CREATE TABLE cases (
    council text NOT NULL,
    id uuid NOT NULL,
    family_id uuid NOT NULL,
    status text NOT NULL,
    pathway text NOT NULL,
    pathway_group text NOT NULL,
    area text NOT NULL,
    team text,
    complexity integer NOT NULL,
    adult_ids uuid[] NOT NULL,
    people integer NOT NULL DEFAULT 0,
    accepted_at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL,
    joined_at timestamptz,
    next_review_at timestamptz,
    practitioner_id text,
    allocated_at timestamptz,
    first_contact_due timestamptz,
    first_contact_at timestamptz,
    calls_unanswered integer NOT NULL DEFAULT 0,
    visits_unanswered integer NOT NULL DEFAULT 0,
    post_unsafe boolean NOT NULL DEFAULT false,
    letter_id uuid,
    letter_state text,
    letter_due timestamptz,
    closure_id uuid,
    step_up_id uuid,
    led_by_care boolean NOT NULL DEFAULT false,
    worries text[] NOT NULL DEFAULT '{}',
    closed_at timestamptz,
    close_reason text,
    sequence integer NOT NULL DEFAULT 0,
    CONSTRAINT pk_cases PRIMARY KEY (council, id),
    CONSTRAINT ck_cases_locked_is_not_closed CHECK (step_up_id IS NULL OR status <> 'closed'),
    CONSTRAINT ck_cases_closed_when CHECK ((status = 'closed') = (closed_at IS NOT NULL))
);
CREATE UNIQUE INDEX uq_cases_one_open_per_family ON cases (council, family_id)
    WHERE status <> 'closed';
CREATE INDEX ix_cases_practitioner ON cases (council, practitioner_id) WHERE status <> 'closed';
CREATE INDEX ix_cases_family ON cases (council, family_id);
CREATE TABLE case_referrals (
    council text NOT NULL,
    referral_id uuid NOT NULL,
    case_id uuid NOT NULL,
    place integer NOT NULL,
    CONSTRAINT pk_case_referrals PRIMARY KEY (council, referral_id)
);
CREATE INDEX ix_case_referrals_case ON case_referrals (council, case_id);
CREATE TABLE case_children (
    council text NOT NULL,
    case_id uuid NOT NULL,
    child_id uuid NOT NULL,
    place integer NOT NULL,
    counts_from timestamptz NOT NULL,
    seen_at timestamptz,
    consulted_at timestamptz,
    CONSTRAINT pk_case_children PRIMARY KEY (council, case_id, child_id)
);
CREATE TABLE agreements (
    council text NOT NULL,
    family_id uuid NOT NULL,
    person_id uuid NOT NULL,
    agreed boolean NOT NULL,
    CONSTRAINT pk_agreements PRIMARY KEY (council, family_id, person_id)
);
CREATE TABLE practitioners (
    council text NOT NULL,
    staff_id text NOT NULL,
    team text NOT NULL,
    grade text NOT NULL,
    families_limit integer,
    people_limit integer,
    other_families integer NOT NULL DEFAULT 0,
    other_people integer NOT NULL DEFAULT 0,
    duty_weeks jsonb NOT NULL DEFAULT '[]',
    away jsonb NOT NULL DEFAULT '[]',
    work_phone text,
    active boolean NOT NULL DEFAULT true,
    CONSTRAINT pk_practitioners PRIMARY KEY (council, staff_id)
);
"""

RECORDS = {
    "allocations": """
        practitioner_id text NOT NULL,
        went_against text[] NOT NULL DEFAULT '{}',
        override_reason text,""",
    "waiting_reviews": """
        safe_to_wait boolean NOT NULL,
        note text,""",
    "contacts": """
        made_at timestamptz NOT NULL,
        mode text NOT NULL,
        outcome text NOT NULL,
        children_seen uuid[] NOT NULL DEFAULT '{}',
        verified_adult_id uuid,
        note text,""",
    "sightings": """
        child_id uuid NOT NULL,
        seen_at timestamptz NOT NULL,
        seen_by_role text NOT NULL,
        seen_by_name text NOT NULL,""",
    "mash_consultations": """
        child_ids uuid[] NOT NULL DEFAULT '{}',
        consulted_with text NOT NULL,
        advice text NOT NULL,""",
    "letters": """
        person_id uuid NOT NULL,""",
    "closures": """
        reason text NOT NULL,
        before text NOT NULL,
        checklist jsonb NOT NULL,
        note text,
        outcome text,
        decided_at timestamptz,
        decided_by text,
        risk_answer text,
        decision_reason text,""",
    "step_ups": """
        urgent boolean NOT NULL,
        factors text[] NOT NULL,
        child_ids uuid[] NOT NULL DEFAULT '{}',
        reason text NOT NULL,
        tried text,
        child_views jsonb NOT NULL DEFAULT '[]',
        manager_consulted jsonb,
        parents_informed text NOT NULL,
        parents_informed_why text,
        parents_view text,
        others_in_home text,
        child_goes_home_at timestamptz,
        handover_id uuid,
        authorised_by text,
        outcome text,
        settled_at timestamptz,""",
    "risk_answers": """
        about text NOT NULL,
        answer text NOT NULL,""",
    "referrer_answers": """
        referral_id uuid NOT NULL,
        answer text NOT NULL,""",
}


def upgrade() -> None:
    op.execute(CASES)
    for name, columns in RECORDS.items():
        op.execute(
            f"""
            CREATE TABLE {name} (
                council text NOT NULL,
                id uuid NOT NULL,
                case_id uuid NOT NULL,
                at timestamptz NOT NULL,
                by text NOT NULL,
                {columns}
                CONSTRAINT pk_{name} PRIMARY KEY (council, id)
            );
            CREATE INDEX ix_{name}_case ON {name} (council, case_id);
            """
        )
