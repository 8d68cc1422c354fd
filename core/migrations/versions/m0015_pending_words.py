"""PostgreSQL leaves few words of the catalogue unsorted: a search after an import stays quick"""

from alembic import op

from core.documentation import search_index

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    search_index.shorten_pending(op.get_bind())
