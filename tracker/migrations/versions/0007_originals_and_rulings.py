"""Originals under their hash, uploads that are being read, evidence, and what was done to drafts.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from tracker.models import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CHANNELS = ("command", "web", "link", "api", "mail", "story")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "storedfile",
        sa.Column("sha256", sa.String(), primary_key=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("stored_at", Instant(), nullable=False),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("officer_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=False),
        sa.Column("channel", _choice("channel", *CHANNELS), nullable=False),
        sa.Column("uploaded_at", Instant(), nullable=False),
        sa.Column("state", _choice("uploadstate", "waiting", "reading", "read", "refused"), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_ends_at", Instant(), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("notice_id", sa.Integer(), sa.ForeignKey("notice.id"), nullable=True),
    )
    op.create_index("ix_upload_sha256", "upload", ["sha256"])
    op.create_table(
        "draftruling",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("notice_id", sa.Integer(), sa.ForeignKey("notice.id"), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("positions", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=False),
        sa.Column("channel", _choice("channel", *CHANNELS), nullable=False),
        sa.Column("ruled_at", Instant(), nullable=False),
        sa.Column("undone_by_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=True),
        sa.Column("undone_at", Instant(), nullable=True),
    )
    op.create_index("ix_draftruling_notice_id", "draftruling", ["notice_id"])
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("task_id", sa.Integer(), sa.ForeignKey("task.id"), nullable=False),
        sa.Column("report_id", sa.Integer(), sa.ForeignKey("progressreport.id"), nullable=False),
        sa.Column("sha256", sa.String(), sa.ForeignKey("storedfile.sha256"), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
    )
    op.create_index("ix_evidence_task_id", "evidence", ["task_id"])
    op.create_index("ix_evidence_sha256", "evidence", ["sha256"])
    op.add_column("draft", sa.Column("split_from", sa.Integer(), nullable=True))
    op.add_column("draft", sa.Column("merged_into", sa.Integer(), nullable=True))
