"""PostgreSQL's search first ranks a match by the words of its short fields, kept beside it"""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A later revision lays the index out again, once for all."""
