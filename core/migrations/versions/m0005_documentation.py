"""Documentation centre: catalogue, copies, thesauri and the full-text index"""

import sqlalchemy as sa
from alembic import op

from core.documentation import search_index

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("dates", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('personne','collectivite','congres')", name=op.f("ck_agent_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_agent_kind_key")),
    )
    op.create_table(
        "basket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basket")),
        sa.UniqueConstraint("owner", "name", name=op.f("uq_basket_owner_name")),
    )
    op.create_table(
        "catalogue_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("done", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_import")),
    )
    with op.batch_alter_table("catalogue_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_catalogue_import_sha256"), ["sha256"], unique=False)

    op.create_table(
        "documentary_centre",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documentary_centre")),
        sa.UniqueConstraint("name", name=op.f("uq_documentary_centre_name")),
    )
    op.create_table(
        "documentary_theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "parent_id IS NULL OR parent_id <> id", name=op.f("ck_documentary_theme_parent")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["documentary_theme.id"], name=op.f("fk_documentary_theme_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documentary_theme")),
        sa.UniqueConstraint("code", name=op.f("uq_documentary_theme_code")),
    )
    op.create_table(
        "empty_search",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_empty_search")),
    )
    op.create_table(
        "publisher",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publisher")),
        sa.UniqueConstraint("key", name=op.f("uq_publisher_key")),
    )
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("owner", "name", name=op.f("uq_saved_search_owner_name")),
    )
    op.create_table(
        "search_word",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_search_word")),
    )
    with op.batch_alter_table("search_word", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_word_length"), ["length"], unique=False)

    op.create_table(
        "thesaurus",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thesaurus")),
        sa.UniqueConstraint("code", name=op.f("uq_thesaurus_code")),
    )
    op.create_table(
        "concept",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thesaurus_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("deprecated_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deprecated_by_id"], ["concept.id"], name=op.f("fk_concept_deprecated_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["thesaurus_id"], ["thesaurus.id"], name=op.f("fk_concept_thesaurus_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept")),
        sa.UniqueConstraint("thesaurus_id", "code", name=op.f("uq_concept_thesaurus_id_code")),
    )
    with op.batch_alter_table("concept", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concept_thesaurus_id"), ["thesaurus_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("doc_type", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("subtitle", sa.String(), nullable=False),
        sa.Column("parallel_title", sa.String(), nullable=False),
        sa.Column("part_title", sa.String(), nullable=False),
        sa.Column("title_sort", sa.String(), nullable=False),
        sa.Column("responsibility", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("pub_date_text", sa.String(), nullable=False),
        sa.Column("pub_year", sa.Integer(), nullable=True),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("extent", sa.String(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("volume", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("contents", sa.String(), nullable=False),
        sa.Column("abstract", sa.String(), nullable=False),
        sa.Column("rights", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("isbn", sa.String(), nullable=False),
        sa.Column("isbn_text", sa.String(), nullable=False),
        sa.Column("issn", sa.String(), nullable=False),
        sa.Column("identifiers", sa.String(), nullable=False),
        sa.Column("price_text", sa.String(), nullable=False),
        sa.Column("classification", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "(status = 'fusionne') = (merged_into_id IS NOT NULL)", name=op.f("ck_notice_merged")
        ),
        sa.CheckConstraint("isbn = '' OR length(isbn) = 13", name=op.f("ck_notice_isbn")),
        sa.CheckConstraint("level IN ('m','s','a','b','c')", name=op.f("ck_notice_level")),
        sa.CheckConstraint(
            "status IN ('brouillon','publie','masque','supprime','fusionne')",
            name=op.f("ck_notice_status"),
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_notice_titled")),
        sa.CheckConstraint("visibility IN ('public','equipe')", name=op.f("ck_notice_visibility")),
        sa.CheckConstraint(
            "pub_year IS NULL OR pub_year BETWEEN 1400 AND 2100", name=op.f("ck_notice_year")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["documentary_centre.id"], name=op.f("fk_notice_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["notice.id"], name=op.f("fk_notice_merged_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_centre_id"), ["centre_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_doc_type"), ["doc_type"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_isbn"), ["isbn"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_notice_merged_into_id"), ["merged_into_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_notice_pub_year"), ["pub_year"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_title_sort"), ["title_sort"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_updated_at"), ["updated_at"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("rights", sa.String(), nullable=False),
        sa.Column("access", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("access IN ('public','equipe')", name=op.f("ck_attachment_access")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_attachment_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("notice_id", "sha256", name=op.f("uq_attachment_notice_id_sha256")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "basket_entry",
        sa.Column("basket_id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["basket_id"], ["basket.id"], name=op.f("fk_basket_entry_basket_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_basket_entry_notice_id")
        ),
        sa.PrimaryKeyConstraint("basket_id", "notice_id", name=op.f("pk_basket_entry")),
    )
    with op.batch_alter_table("basket_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_basket_entry_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "concept_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('pref','alt','hidden')", name=op.f("ck_concept_label_kind")),
        sa.ForeignKeyConstraint(
            ["concept_id"], ["concept.id"], name=op.f("fk_concept_label_concept_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_label")),
        sa.UniqueConstraint(
            "concept_id",
            "kind",
            "lang",
            "label",
            name=op.f("uq_concept_label_concept_id_kind_lang_label"),
        ),
    )
    with op.batch_alter_table("concept_label", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_concept_label_concept_id"), ["concept_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_concept_label_key"), ["key"], unique=False)
        batch_op.create_index(
            "uq_concept_label_preferred",
            ["concept_id", "lang"],
            unique=True,
            sqlite_where=sa.text("kind = 'pref'"),
            postgresql_where=sa.text("kind = 'pref'"),
        )

    op.create_table(
        "concept_relation",
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('broader','related')", name=op.f("ck_concept_relation_kind")),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_concept_relation_not_itself")),
        sa.ForeignKeyConstraint(
            ["from_id"], ["concept.id"], name=op.f("fk_concept_relation_from_id")
        ),
        sa.ForeignKeyConstraint(["to_id"], ["concept.id"], name=op.f("fk_concept_relation_to_id")),
        sa.PrimaryKeyConstraint("from_id", "to_id", "kind", name=op.f("pk_concept_relation")),
    )
    with op.batch_alter_table("concept_relation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concept_relation_to_id"), ["to_id"], unique=False)

    op.create_table(
        "exemplaire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("barcode", sa.String(), nullable=False),
        sa.Column("shelf_mark", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("medium", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("loan_class", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("parts_expected", sa.Integer(), nullable=False),
        sa.Column("acquired_on", sa.Date(), nullable=True),
        sa.Column("price_cents", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "loan_class IN ('normal','court','sur_place','exclu')",
            name=op.f("ck_exemplaire_loan_class"),
        ),
        sa.CheckConstraint(
            "state IN ('en_service','en_traitement','en_reparation','perdu','retire')",
            name=op.f("ck_exemplaire_state"),
        ),
        sa.CheckConstraint("parts_expected >= 1", name=op.f("ck_exemplaire_parts")),
        sa.CheckConstraint(
            "price_cents IS NULL OR price_cents >= 0", name=op.f("ck_exemplaire_price")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_exemplaire_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemplaire")),
    )
    with op.batch_alter_table("exemplaire", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exemplaire_notice_id"), ["notice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exemplaire_shelf_mark"), ["shelf_mark"], unique=False)
        batch_op.create_index(
            "uq_exemplaire_barcode",
            ["barcode"],
            unique=True,
            sqlite_where=sa.text("barcode <> ''"),
            postgresql_where=sa.text("barcode <> ''"),
        )

    op.create_table(
        "notice_agent",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_notice_agent_agent_id")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_agent_notice_id")
        ),
        sa.PrimaryKeyConstraint("notice_id", "agent_id", "role", name=op.f("pk_notice_agent")),
    )
    with op.batch_alter_table("notice_agent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_agent_agent_id"), ["agent_id"], unique=False)

    op.create_table(
        "notice_concept",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["concept_id"], ["concept.id"], name=op.f("fk_notice_concept_concept_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_concept_notice_id")
        ),
        sa.PrimaryKeyConstraint("notice_id", "concept_id", name=op.f("pk_notice_concept")),
    )
    with op.batch_alter_table("notice_concept", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notice_concept_concept_id"), ["concept_id"], unique=False
        )

    op.create_table(
        "notice_facets",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.Integer(), nullable=False),
        sa.Column("codes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_facets_notice_id")
        ),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notice_facets")),
    )
    with op.batch_alter_table("notice_facets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_facets_audience"), ["audience"], unique=False)

    op.create_table(
        "notice_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_field_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_field")),
    )
    with op.batch_alter_table("notice_field", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_field_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "notice_keyword",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_keyword_notice_id")
        ),
        sa.PrimaryKeyConstraint("notice_id", "label", name=op.f("pk_notice_keyword")),
    )
    op.create_table(
        "notice_link",
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_notice_link_not_itself")),
        sa.ForeignKeyConstraint(["from_id"], ["notice.id"], name=op.f("fk_notice_link_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["notice.id"], name=op.f("fk_notice_link_to_id")),
        sa.PrimaryKeyConstraint("from_id", "to_id", "kind", name=op.f("pk_notice_link")),
    )
    with op.batch_alter_table("notice_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_link_to_id"), ["to_id"], unique=False)

    op.create_table(
        "notice_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("moved", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("merged_at", sa.DateTime(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["kept_id"], ["notice.id"], name=op.f("fk_notice_merge_kept_id")),
        sa.ForeignKeyConstraint(
            ["merged_id"], ["notice.id"], name=op.f("fk_notice_merge_merged_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_merge")),
    )
    with op.batch_alter_table("notice_merge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_merge_kept_id"), ["kept_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_merge_merged_id"), ["merged_id"], unique=False)

    op.create_table(
        "notice_publisher",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("publisher_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_publisher_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["publisher.id"], name=op.f("fk_notice_publisher_publisher_id")
        ),
        sa.PrimaryKeyConstraint("notice_id", "publisher_id", name=op.f("pk_notice_publisher")),
    )
    with op.batch_alter_table("notice_publisher", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notice_publisher_publisher_id"), ["publisher_id"], unique=False
        )

    op.create_table(
        "notice_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("encoding", sa.String(), nullable=False),
        sa.Column("read_as", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["catalogue_import.id"], name=op.f("fk_notice_source_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_source_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_source")),
        sa.UniqueConstraint(
            "source", "external_id", name=op.f("uq_notice_source_source_external_id")
        ),
    )
    with op.batch_alter_table("notice_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_source_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_source_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "notice_territory",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_territory_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_notice_territory_territory_id")
        ),
        sa.PrimaryKeyConstraint("notice_id", "territory_id", name=op.f("pk_notice_territory")),
    )
    with op.batch_alter_table("notice_territory", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notice_territory_territory_id"), ["territory_id"], unique=False
        )

    op.create_table(
        "notice_text",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("concepts", sa.String(), nullable=False),
        sa.Column("authors", sa.String(), nullable=False),
        sa.Column("abstract", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_text_notice_id")
        ),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notice_text")),
    )
    op.create_table(
        "notice_theme",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_theme_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["documentary_theme.id"], name=op.f("fk_notice_theme_theme_id")
        ),
        sa.PrimaryKeyConstraint("notice_id", "theme_id", name=op.f("pk_notice_theme")),
    )
    with op.batch_alter_table("notice_theme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_theme_theme_id"), ["theme_id"], unique=False)

    op.create_table(
        "exemplaire_part",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["exemplaire.id"], name=op.f("fk_exemplaire_part_item_id")
        ),
        sa.PrimaryKeyConstraint("item_id", "rank", name=op.f("pk_exemplaire_part")),
    )
    search_index.create(op.get_bind())
