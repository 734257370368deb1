"""What the clock of a machine showed, so that a jump is seen.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from tracker.models import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clockreading",
        sa.Column("boot", sa.String(), primary_key=True),
        sa.Column("read_at", Instant(), nullable=False),
        sa.Column("uptime_seconds", sa.Float(), nullable=False),
        sa.Column("jumped_at", Instant(), nullable=True),
        sa.Column("jumped_seconds", sa.Integer(), nullable=True),
    )
