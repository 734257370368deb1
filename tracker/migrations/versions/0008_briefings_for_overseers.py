"""Briefings for each overseer, numbered, with remarks and an approval.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from tracker.models import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# What an unnamed constraint is called, so that SQLite can drop the one that 0001 made without a name.
NAMES = {"uq": "uq_%(table_name)s_%(column_0_name)s"}


def upgrade() -> None:
    bind = op.get_bind()
    found = sa.inspect(bind).get_unique_constraints("briefing")
    old = next(one for one in found if one["column_names"] == ["period"])
    with op.batch_alter_table("briefing", naming_convention=NAMES) as table:
        table.drop_constraint(old["name"] or "uq_briefing_period", type_="unique")
        table.add_column(sa.Column("scope", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("remarks", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("approved_at", Instant(), nullable=True))
        table.add_column(
            sa.Column("approved_by_id", sa.Integer(), sa.ForeignKey("officer.id", name="fk_briefing_officer"))
        )
        table.create_unique_constraint("uq_briefing_period_scope", ["period", "scope"])
    # What was frozen before had its letters posted at once.
    op.execute("UPDATE briefing SET approved_at = frozen_at")
