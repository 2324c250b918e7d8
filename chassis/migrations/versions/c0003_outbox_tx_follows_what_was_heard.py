"""An outbox row's `tx` is never before a transaction that had ended when the row was said."""

from alembic import op

revision = "c0003"
down_revision = "c0002"
branch_labels = None
depends_on = None
deployment = "pre"

LATEST_ENDED = """
ALTER TABLE ONLY outbox ALTER COLUMN tx SET DEFAULT greatest(
    pg_current_xact_id(),
    (pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1)::text::xid8
)
"""


def upgrade() -> None:
    """Change the parent alone, whose default every row takes: its partitions need no lock."""
    op.execute(LATEST_ENDED)
