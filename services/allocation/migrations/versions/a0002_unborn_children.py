"""A child who is not born has no not-seen clock yet."""

from alembic import op

revision = "a0002"
down_revision = "a0001"
branch_labels = None
depends_on = None
deployment = "pre"


def upgrade() -> None:
    op.execute("ALTER TABLE case_children ALTER COLUMN counts_from DROP NOT NULL")
