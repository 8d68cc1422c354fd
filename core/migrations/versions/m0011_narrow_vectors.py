"""PostgreSQL's search keeps what it reads of a match apart from its words, and finds pairs"""

from alembic import op

from core.documentation import search_index

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    search_index.renew(op.get_bind())
