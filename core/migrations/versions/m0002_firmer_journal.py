"""The journal refuses TRUNCATE too"""

from alembic import op

from core import schema

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    schema.drop_append_only(op.get_bind(), ["journal_entry"])
    schema.make_append_only(op.get_bind(), ["journal_entry"])
