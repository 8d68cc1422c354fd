"""PostgreSQL's search reads the facet values of a match beside its words"""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A later revision lays the index out again, once for all."""
