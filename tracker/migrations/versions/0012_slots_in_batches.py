"""Slots are worked off in batches, and letters that cannot be made are named; indexes for both and for the sweep.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from tracker.models import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "runbatch",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("jobrun.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("officers", sa.JSON(), nullable=False),
        sa.Column("posted", sa.Integer(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.UniqueConstraint("run_id", "number"),
    )
    op.create_table(
        "unwritten",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("officer_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("failed_at", Instant(), nullable=False),
        sa.UniqueConstraint("officer_id", "kind", "period"),
    )
    op.create_index("ix_appointment_role", "appointment", ["role"])
    promised = sa.text("promised_on IS NOT NULL")
    op.create_index("ix_task_promised", "task", ["promised_on"], sqlite_where=promised, postgresql_where=promised)
