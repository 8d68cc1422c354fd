"""PostgreSQL's search first ranks a match by the words of its short fields, kept beside it"""

from alembic import op

from core.documentation import search_index

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    search_index.renew(op.get_bind())
