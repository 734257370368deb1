"""What owners think of their dates, and what help they ask for.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("confidence", sa.String(), nullable=True))
    op.add_column("task", sa.Column("help_wanted", sa.String(), nullable=False, server_default=""))
    op.add_column("task", sa.Column("help_wanted_on", sa.Date(), nullable=True))
    op.add_column("progressreport", sa.Column("confidence", sa.String(), nullable=True))
    op.add_column("progressreport", sa.Column("help_wanted", sa.String(), nullable=False, server_default=""))
