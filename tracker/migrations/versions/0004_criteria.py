"""Criteria sets as versioned data, and which unit meets which criterion since when.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from tracker.models import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "criteriaset",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(), nullable=False, unique=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("applies_to", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
    )
    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("set_id", sa.Integer(), sa.ForeignKey("criteriaset.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_names", sa.JSON(), nullable=False),
        sa.UniqueConstraint("set_id", "code"),
    )
    op.create_table(
        "criterionattainment",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("unit.id"), nullable=False, index=True),
        sa.Column("criterion_id", sa.Integer(), sa.ForeignKey("criterion.id"), nullable=False, index=True),
        sa.Column("attained_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False, server_default=""),
        sa.Column("reported_by_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=True),
        sa.Column("reported_at", Instant(), nullable=False),
        sa.Column("verified_by_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("lost_on", sa.Date(), nullable=True),
        sa.Column("lost_because", sa.String(), nullable=False, server_default=""),
        sa.Column("lost_by_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=True),
    )
    op.create_index(
        "ix_criterionattainment_held", "criterionattainment", ["unit_id", "criterion_id"], unique=True,
        sqlite_where=sa.text("lost_on IS NULL"), postgresql_where=sa.text("lost_on IS NULL"),
    )  # fmt: skip
