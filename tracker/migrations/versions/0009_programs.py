"""Programs: tokens of the interface, and the changes that were made under a key.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from tracker.models import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "apitoken",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False, unique=True),
        sa.Column("rights", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("unit.id"), nullable=True),
        sa.Column("made_by_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("good_until", sa.Date(), nullable=False),
        sa.Column("revoked_by_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("used_at", Instant(), nullable=True),
    )
    op.create_table(
        "apichange",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token_id", sa.Integer(), sa.ForeignKey("apitoken.id"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False, index=True),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.UniqueConstraint("token_id", "key"),
    )
