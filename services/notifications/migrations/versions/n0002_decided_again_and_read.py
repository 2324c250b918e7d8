"""Which decision a notification tells of, and when an agency said that it has read it."""

from alembic import op

revision = "n0002"
down_revision = "n0001"
branch_labels = None
depends_on = None
deployment = "pre"

AGAIN = """
ALTER TABLE notifications
    ADD COLUMN occasion integer NOT NULL DEFAULT 0,
    ADD COLUMN read_at timestamptz,
    DROP CONSTRAINT uq_notifications_council_referral_id_milestone_recipient,
    ADD CONSTRAINT uq_notifications_once
        UNIQUE (council, referral_id, milestone, recipient, occasion);
"""


def upgrade() -> None:
    op.execute(AGAIN)
