"""Searches without result that hold a number, a mail address or an author are forgotten"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    search = sa.table("empty_search", sa.column("shown", sa.String))
    held = (search.c.shown.contains(sign) for sign in ("@", ":", *"0123456789"))
    op.get_bind().execute(sa.delete(search).where(sa.or_(*held)))
