"""Who was welcomed stays so once forgotten; mails that end; gestures by link name no card"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "person",
        sa.Column("is_welcomed", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("mail_message", sa.Column("expires_at", sa.DateTime(), nullable=True))
    event = sa.table("desk_event", sa.column("author", sa.String))
    op.execute(
        sa.update(event)
        .where(event.c.author.like("carte %, par son lien"))
        .values(author="lecteur, par son lien")
    )
