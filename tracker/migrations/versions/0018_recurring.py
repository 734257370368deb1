"""The day that a recurring duty names: a weekday, or a day of the month.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("draft", sa.Column("recurrence_day", sa.Integer(), nullable=True))
    op.add_column("task", sa.Column("recurrence_day", sa.Integer(), nullable=True))
