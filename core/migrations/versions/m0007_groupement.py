"""Groups of operators that hold a lot; the day since which each version of a forecast is known"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attribution_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attribution_id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "role IN ('cotraitant','sous_traitant')", name=op.f("ck_attribution_member_role")
        ),
        sa.CheckConstraint(
            "share IS NULL OR (share > 0 AND share <= 1000)",
            name=op.f("ck_attribution_member_share"),
        ),
        sa.ForeignKeyConstraint(
            ["attribution_id"], ["attribution.id"],
            name=op.f("fk_attribution_member_attribution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_attribution_member_structure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribution_member")),
        sa.UniqueConstraint(
            "attribution_id", "structure_id",
            name=op.f("uq_attribution_member_attribution_id_structure_id"),
        ),
    )  # fmt: skip
    op.create_table(
        "foreseen_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["bon_line.id"], name=op.f("fk_foreseen_version_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foreseen_version")),
        sa.UniqueConstraint("line_id", "version", name=op.f("uq_foreseen_version_line_id_version")),
    )
    with op.batch_alter_table("attribution_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attribution_member_attribution_id"), ["attribution_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_attribution_member_structure_id"), ["structure_id"], unique=False
        )
    with op.batch_alter_table("foreseen_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_foreseen_version_line_id"), ["line_id"], unique=False)
    _date_the_versions()


def _date_the_versions() -> None:
    """Date the forecasts entered before versions had a day: known since their order began."""
    foreseen = sa.table(
        "foreseen", sa.column("line_id", sa.Integer), sa.column("version", sa.Integer)
    )
    line = sa.table("bon_line", sa.column("id", sa.Integer), sa.column("bon_id", sa.Integer))
    bon = sa.table("bon_de_commande", sa.column("id", sa.Integer), sa.column("starts_on", sa.Date))
    version = sa.table(
        "foreseen_version", sa.column("line_id", sa.Integer), sa.column("version", sa.Integer),
        sa.column("known_on", sa.Date), sa.column("author", sa.String),
        sa.column("note", sa.String),
    )  # fmt: skip
    dated = (
        sa.select(
            foreseen.c.line_id, foreseen.c.version, bon.c.starts_on, sa.literal(""), sa.literal("")
        )
        .select_from(foreseen)
        .join(line, line.c.id == foreseen.c.line_id)
        .join(bon, bon.c.id == line.c.bon_id)
        .distinct()
    )
    names = ["line_id", "version", "known_on", "author", "note"]
    op.execute(sa.insert(version).from_select(names, dated))
