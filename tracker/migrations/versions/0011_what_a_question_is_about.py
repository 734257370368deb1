"""What a question is about, in the paper's words or in figures.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("finding", sa.Column("shown", sa.String(), nullable=False, server_default=""))
