"""The queue of a cluster: procrastinate's own tables, on PostgreSQL only.

Revision ID: 0013
Revises: 0012
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    from procrastinate.schema import SchemaManager

    # Past SQLAlchemy, which would take the colons and per cent signs of the functions for parameters.
    op.get_bind().connection.cursor().execute(SchemaManager.get_schema())
