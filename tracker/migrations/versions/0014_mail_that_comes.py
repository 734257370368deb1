"""Mail that comes: answers, reports of failure, what waits for a person; and when officers want their weekly letter.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

from tracker.models import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = ("answer", "bounce", "automatic", "foreign")


def upgrade() -> None:
    kind = sa.Enum(*KINDS, native_enum=False, create_constraint=True, length=32, name="incomingkind")
    op.create_table(
        "incoming",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("fingerprint", sa.String(), nullable=False, unique=True),
        sa.Column("kind", kind, nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("officer_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=True),
        sa.Column("letter_id", sa.Integer(), sa.ForeignKey("message.id"), nullable=True, index=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("left_over", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True, index=True),
        sa.Column("settled_by_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=True),
    )
    op.create_table(
        "incomingbody",
        sa.Column("incoming_id", sa.Integer(), sa.ForeignKey("incoming.id"), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "mailanswer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("incoming_id", sa.Integer(), sa.ForeignKey("incoming.id"), nullable=False, index=True),
        sa.Column("officer_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=False),
        sa.Column("task_id", sa.Integer(), sa.ForeignKey("task.id"), nullable=True),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("is_understood", sa.Boolean(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("told_period", sa.String(), nullable=True),
        sa.Index("ix_mailanswer_officer_told", "officer_id", "told_period"),
    )
    op.create_table(
        "bounce",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("officer_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=False),
        sa.Column("letter_id", sa.Integer(), sa.ForeignKey("message.id"), nullable=False, index=True),
        sa.Column("incoming_id", sa.Integer(), sa.ForeignKey("incoming.id"), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("is_permanent", sa.Boolean(), nullable=False),
        sa.Column("is_shut", sa.Boolean(), nullable=False),
        sa.Column("bounced_at", Instant(), nullable=False),
        sa.Column("released_at", Instant(), nullable=True),
        sa.Column("released_by_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=True),
        sa.Index("ix_bounce_officer_shut", "officer_id", "is_shut"),
    )
    op.create_table(
        "digestchoice",
        sa.Column("officer_id", sa.Integer(), sa.ForeignKey("officer.id"), primary_key=True),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("hour", sa.String(), nullable=True),
        sa.Column("wants_optional", sa.Boolean(), nullable=False),
        sa.Column("chosen_at", Instant(), nullable=False),
    )
