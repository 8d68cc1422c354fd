"""PostgreSQL's search reads the facet values of a match beside its words"""

from alembic import op

from core.documentation import search_index

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    search_index.renew(op.get_bind())
