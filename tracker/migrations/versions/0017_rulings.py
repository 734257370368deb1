"""Rulings with their lineage; what an overseer promises when taking note.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from tracker.models import Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ruling",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("task_id", sa.Integer(), sa.ForeignKey("task.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("notice_id", sa.Integer(), sa.ForeignKey("notice.id"), nullable=True),
        sa.Column("due_before", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False, index=True),
        sa.Column("decided_at", Instant(), nullable=False),
    )
    op.add_column("acknowledgement", sa.Column("promised_on", sa.Date(), nullable=True))
