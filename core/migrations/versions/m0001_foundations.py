"""Foundations"""

import sqlalchemy as sa
from alembic import op

from core import schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("geography", sa.Integer(), nullable=True),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("dataset", "key", name=op.f("uq_edition_dataset_key")),
    )
    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomenclature", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("denominator", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("is_group", sa.Boolean(), nullable=False),
        sa.Column("is_mappable", sa.Boolean(), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("nomenclature", "code", name=op.f("uq_indicator_nomenclature_code")),
    )
    op.create_table(
        "instance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.CheckConstraint("mode IN ('empty', 'demo', 'real')", name=op.f("ck_instance_mode")),
        sa.CheckConstraint("id = 1", name=op.f("ck_instance_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
    )
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_entry_at"), ["at"], unique=False)

    op.create_table(
        "replaced_fact",
        sa.Column("by_batch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slice_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("territory_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "by_batch_id", "slice_id", "territory_id", name=op.f("pk_replaced_fact")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "revision",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_revision")),
    )
    op.create_table(
        "rupture",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("is_comparable_before", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_rupture")),
    )
    op.create_table(
        "territory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("departement_code", sa.String(), nullable=False),
        sa.Column("in_area", sa.Boolean(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("vintage", sa.Integer(), nullable=True),
        sa.Column("surface_km2", sa.Float(), nullable=True),
        sa.Column("has_contour", sa.Boolean(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "level IN ('france','region','departement','epci','commune','perimeter','service','part')",
            name=op.f("ck_territory_level"),
        ),
        sa.CheckConstraint(
            "population IS NULL OR population >= 0", name=op.f("ck_territory_population")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["territory.id"], name=op.f("fk_territory_successor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory")),
        sa.UniqueConstraint("level", "code", name=op.f("uq_territory_level_code")),
    )
    with op.batch_alter_table("territory", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_territory_departement_code"), ["departement_code"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_territory_level"), ["level"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_territory_successor_id"), ["successor_id"], unique=False
        )

    op.create_table(
        "denominator_value",
        sa.Column("edition_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("territory_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("vintage", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_denominator_value_edition_id")
        ),
        sa.PrimaryKeyConstraint(
            "edition_id", "kind", "period", "territory_id", name=op.f("pk_denominator_value")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fact_slice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("is_sparse", sa.Boolean(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "service IN ('all', 'police', 'gendarmerie')", name=op.f("ck_fact_slice_service")
        ),
        sa.CheckConstraint("period BETWEEN 190000 AND 210012", name=op.f("ck_fact_slice_period")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_fact_slice_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_fact_slice_indicator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_slice")),
        sa.UniqueConstraint(
            "edition_id",
            "indicator_id",
            "period",
            "level",
            "service",
            name=op.f("uq_fact_slice_edition_id_indicator_id_period_level_service"),
        ),
    )
    with op.batch_alter_table("fact_slice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_fact_slice_indicator_id"), ["indicator_id"], unique=False
        )

    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("octets", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_new", sa.Integer(), nullable=False),
        sa.Column("rows_changed", sa.Integer(), nullable=False),
        sa.Column("rows_unchanged", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reverted_at", sa.DateTime(), nullable=True),
        sa.Column("reverted_by", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('applied', 'reverted')", name=op.f("ck_import_batch_state")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_import_batch_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_batch_edition_id"), ["edition_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_import_batch_sha256"), ["sha256"], unique=False)

    op.create_table(
        "indicator_part",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["indicator.id"], name=op.f("fk_indicator_part_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["part_id"], ["indicator.id"], name=op.f("fk_indicator_part_part_id")
        ),
        sa.PrimaryKeyConstraint("group_id", "part_id", name=op.f("pk_indicator_part")),
    )
    with op.batch_alter_table("indicator_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_indicator_part_part_id"), ["part_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("group_id <> part_id", name=op.f("ck_membership_not_itself")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_membership_dates")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["territory.id"], name=op.f("fk_membership_group_id")
        ),
        sa.ForeignKeyConstraint(["part_id"], ["territory.id"], name=op.f("fk_membership_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "group_id",
            "part_id",
            "valid_from",
            name=op.f("uq_membership_group_id_part_id_valid_from"),
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_membership_part_id"), ["part_id"], unique=False)

    op.create_table(
        "aggregate",
        sa.Column("slice_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("territory_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("masked", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["slice_id"], ["fact_slice.id"], name=op.f("fk_aggregate_slice_id")
        ),
        sa.PrimaryKeyConstraint("slice_id", "territory_id", name=op.f("pk_aggregate")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fact",
        sa.Column("slice_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("territory_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 0 AND count >= 0) OR (status = 3 AND count >= 0) OR (status IN (1, 2) AND count IS NULL)",
            name=op.f("ck_fact_count"),
        ),
        sa.ForeignKeyConstraint(["slice_id"], ["fact_slice.id"], name=op.f("fk_fact_slice_id")),
        sa.PrimaryKeyConstraint("slice_id", "territory_id", name=op.f("pk_fact")),
        sqlite_with_rowid=False,
    )
    schema.make_append_only(op.get_bind(), ["journal_entry"])
