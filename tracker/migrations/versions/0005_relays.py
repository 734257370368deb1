"""Relays: how they behave, and the connections and letters a minute that all processes share.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from tracker.models import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relay",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("failing_since", Instant(), nullable=True),
        sa.Column("probe_at", Instant(), nullable=True),
        sa.Column("said", sa.String(), nullable=False),
    )
    op.create_table(
        "relayline",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("relay_id", sa.Integer(), sa.ForeignKey("relay.id"), nullable=False, index=True),
        sa.Column("holder", sa.String(), nullable=False, unique=True),
        sa.Column("connections", sa.Integer(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
    )
    op.create_table(
        "relaypace",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("relay_id", sa.Integer(), sa.ForeignKey("relay.id"), nullable=False),
        sa.Column("holder", sa.String(), nullable=False, index=True),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("lease_ends_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Index("ix_relaypace_relay_ended", "relay_id", "ended_at"),
    )
