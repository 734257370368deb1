"""The doors: forms sent once, sign-ins, links, passwords, attempts; and objections of owners.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from tracker.models import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "formuse",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("number", sa.String(), nullable=False, unique=True),
        sa.Column("used_at", Instant(), nullable=False, index=True),
    )
    op.create_table(
        "signin",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("digest", sa.String(), nullable=False, unique=True),
        sa.Column("officer_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=False, index=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False, index=True),
    )
    op.create_table(
        "signinlink",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("digest", sa.String(), nullable=False, unique=True),
        sa.Column("officer_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=False, index=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
    )
    op.create_table(
        "password",
        sa.Column("officer_id", sa.Integer(), sa.ForeignKey("officer.id"), primary_key=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("set_at", Instant(), nullable=False),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Index("ix_attempt_bucket", "bucket", "made_at"),
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("task_id", sa.Integer(), sa.ForeignKey("task.id"), nullable=False, index=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False, server_default=""),
        sa.Column("answered_by_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
    )
