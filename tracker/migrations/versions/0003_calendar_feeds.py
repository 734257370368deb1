"""Calendar feeds: one secret address an officer.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from tracker.models import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendarfeed",
        sa.Column("officer_id", sa.Integer(), sa.ForeignKey("officer.id"), primary_key=True),
        sa.Column("digest", sa.String(), nullable=False, unique=True),
        sa.Column("made_at", Instant(), nullable=False),
    )
