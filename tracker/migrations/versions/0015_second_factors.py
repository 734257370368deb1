"""Second factors, recovery codes, sign-ins that wait for their code, and sign-ins that were refused.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from tracker.models import Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "secondfactor",
        sa.Column("officer_id", sa.Integer(), sa.ForeignKey("officer.id"), primary_key=True),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
    )
    op.create_table(
        "recoverycode",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("officer_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=False, index=True),
        sa.Column("digest", sa.String(), nullable=False, unique=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
    )
    op.create_table(
        "signinstep",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("digest", sa.String(), nullable=False, unique=True),
        sa.Column("officer_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=False, index=True),
        sa.Column("ends_at", Instant(), nullable=False, index=True),
    )
    op.create_table(
        "refusedsignin",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("refused_at", Instant(), nullable=False, index=True),
    )
