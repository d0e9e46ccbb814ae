"""Runs: the beginning of each session's run, where its clock stands, and its journal."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables of runs and of their journals."""
    op.create_table(
        "runs",
        sa.Column("session_id", sa.String(64), primary_key=True),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("branches", sa.Integer, nullable=False),
        sa.Column("now_ns", sa.BigInteger, nullable=False),
        sa.Column("head_ns", sa.BigInteger, nullable=False),
        sa.Column("running", sa.Boolean, nullable=False),
        sa.Column("speed", sa.Float, nullable=True),
    )
    op.create_table(
        "journal",
        sa.Column("session_id", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("entry", sa.Text, nullable=False),
    )
