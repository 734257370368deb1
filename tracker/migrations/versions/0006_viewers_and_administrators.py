"""Two more roles, viewer and administrator; and what browser holds a session.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ROLES = ("contact", "head", "overseer", "office", "chair", "viewer", "administrator")


def upgrade() -> None:
    check = sa.column("role").in_(ROLES)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("role", "appointment", type_="check")
        op.create_check_constraint("role", "appointment", check)
    else:
        # SQLite cannot change a check: the table is written anew, and the old check is not among what is carried over.
        with op.batch_alter_table("appointment", recreate="always") as table:
            table.create_check_constraint("role", check)
    op.add_column("signin", sa.Column("browser", sa.String(), nullable=False, server_default=""))
