"""Concepts changed by hand, which a later file leaves as they are"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "concept",
        sa.Column("is_edited", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    concept = sa.table("concept", sa.column("id", sa.Integer), sa.column("is_edited", sa.Boolean))
    label = sa.table(
        "concept_label", sa.column("concept_id", sa.Integer), sa.column("kind", sa.String),
        sa.column("label", sa.String),
    )  # fmt: skip
    entry = sa.table(
        "journal_entry", sa.column("action", sa.String), sa.column("subject", sa.String)
    )
    changed = sa.select(entry.c.subject).where(entry.c.action == "terme modifié")
    own = sa.select(label.c.concept_id).where(label.c.kind == "pref", label.c.label.in_(changed))
    op.execute(sa.update(concept).where(concept.c.id.in_(own)).values(is_edited=sa.true()))
