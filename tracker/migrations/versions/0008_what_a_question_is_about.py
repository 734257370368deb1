"""What a question is about, in the paper's words or in figures.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("finding", sa.Column("shown", sa.String(), nullable=False, server_default=""))
