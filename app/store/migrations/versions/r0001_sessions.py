"""Sessions: a document each. Stores from before there were migrations have this table already."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the table of sessions where it is not there yet."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("saved_at", sa.Float, nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_sessions_saved_at", "sessions", ["saved_at"], if_not_exists=True)
