"""Files that show that a commune has met a criterion.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

from tracker.models import Instant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "criterionevidence",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("attainment_id", sa.Integer(), sa.ForeignKey("criterionattainment.id"), nullable=False),
        sa.Column("sha256", sa.String(), sa.ForeignKey("storedfile.sha256"), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("officer.id"), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
    )
    op.create_index("ix_criterionevidence_attainment_id", "criterionevidence", ["attainment_id"])
    op.create_index("ix_criterionevidence_sha256", "criterionevidence", ["sha256"])
