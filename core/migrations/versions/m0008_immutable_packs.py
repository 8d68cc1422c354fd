"""A pack given to a committee never changes: the store refuses it"""

from alembic import op

from core import schema

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    schema.make_append_only(op.get_bind(), ["committee_pack"])
