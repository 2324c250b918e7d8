"""Which decision a notification tells of, and when an agency said that it has read it."""

from alembic import op

revision = "n0002"
down_revision = "n0001"
branch_labels = None
depends_on = None
deployment = "pre"

COLUMNS = """
ALTER TABLE notifications
    ADD COLUMN IF NOT EXISTS occasion integer NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS read_at timestamptz
"""
REMAINS_OF_A_FAILED_TRY = "DROP INDEX CONCURRENTLY IF EXISTS uq_notifications_once"
INDEX = """
CREATE UNIQUE INDEX CONCURRENTLY uq_notifications_once
    ON notifications (council, referral_id, milestone, recipient, occasion)
"""
ONCE = """
ALTER TABLE notifications
    DROP CONSTRAINT uq_notifications_council_referral_id_milestone_recipient,
    ADD CONSTRAINT uq_notifications_once UNIQUE USING INDEX uq_notifications_once
"""


def upgrade() -> None:
    """Build the index beside those who work; each part can be run again after a failed try."""
    op.execute(COLUMNS)
    with op.get_context().autocommit_block():
        op.execute(REMAINS_OF_A_FAILED_TRY)
        op.execute(INDEX)
    op.execute(ONCE)
