"""Compétences Clés: market, orders, ledger, exports, alerts, packs"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("object_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ut_codes", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("streak", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("reopened_on", sa.String(), nullable=False),
        sa.Column("acknowledged_by", sa.String(), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("snooze_reason", sa.String(), nullable=False),
        sa.Column("phase_before", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("code", "object_key", name=op.f("uq_alert_code_object_key")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("hypotheses", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_table(
        "marche",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("buyer", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("derogation", sa.String(), nullable=False),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_marche_dates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marche")),
        sa.UniqueConstraint("reference", name=op.f("uq_marche_reference")),
    )
    op.create_table(
        "prestation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prestation")),
        sa.UniqueConstraint("code", name=op.f("uq_prestation_code")),
    )
    op.create_table(
        "rosace_profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("mapping", sa.String(), nullable=False),
        sa.Column("separator", sa.String(), nullable=False),
        sa.Column("encoding", sa.String(), nullable=False),
        sa.Column("date_format", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rosace_profile")),
        sa.UniqueConstraint(
            "fingerprint", "version", name=op.f("uq_rosace_profile_fingerprint_version")
        ),
    )
    with op.batch_alter_table("rosace_profile", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rosace_profile_fingerprint"), ["fingerprint"], unique=False
        )

    op.create_table(
        "alert_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_event_alert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_event")),
    )
    with op.batch_alter_table("alert_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_event_alert_id"), ["alert_id"], unique=False)

    op.create_table(
        "committee_pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("xlsx", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_committee_pack_territory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_pack")),
        sa.UniqueConstraint(
            "territory_id", "version", name=op.f("uq_committee_pack_territory_id_version")
        ),
    )
    with op.batch_alter_table("committee_pack", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_committee_pack_territory_id"), ["territory_id"], unique=False
        )

    op.create_table(
        "lot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("marche_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("quantity_min", sa.Integer(), nullable=True),
        sa.Column("quantity_max", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "quantity_min IS NULL OR quantity_max IS NULL OR quantity_min <= quantity_max",
            name=op.f("ck_lot_bounds"),
        ),
        sa.ForeignKeyConstraint(["marche_id"], ["marche.id"], name=op.f("fk_lot_marche_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("marche_id", "number", name=op.f("uq_lot_marche_id_number")),
    )
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_marche_id"), ["marche_id"], unique=False)

    op.create_table(
        "prescripteur",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_prescripteur_territory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prescripteur")),
        sa.UniqueConstraint("name", name=op.f("uq_prescripteur_name")),
    )
    with op.batch_alter_table("prescripteur", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_prescripteur_territory_id"), ["territory_id"], unique=False
        )

    op.create_table(
        "qualitative_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_qualitative_note_territory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualitative_note")),
    )
    with op.batch_alter_table("qualitative_note", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_qualitative_note_territory_id"), ["territory_id"], unique=False
        )

    op.create_table(
        "rosace_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("extracted_on", sa.Date(), nullable=False),
        sa.Column("period_from", sa.Integer(), nullable=False),
        sa.Column("period_to", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_new", sa.Integer(), nullable=False),
        sa.Column("rows_changed", sa.Integer(), nullable=False),
        sa.Column("rows_unchanged", sa.Integer(), nullable=False),
        sa.Column("rows_vanished", sa.Integer(), nullable=False),
        sa.Column("rows_duplicated", sa.Integer(), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), nullable=False),
        sa.Column("rows_parked", sa.Integer(), nullable=False),
        sa.Column("negative_months", sa.Integer(), nullable=False),
        sa.Column("is_partial", sa.Boolean(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reverted_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('quarantaine','applique','annule')", name=op.f("ck_rosace_import_state")
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["rosace_profile.id"], name=op.f("fk_rosace_import_profile_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rosace_import")),
    )
    with op.batch_alter_table("rosace_import", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rosace_import_profile_id"), ["profile_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_rosace_import_sha256"), ["sha256"], unique=False)

    op.create_table(
        "attribution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_attribution_dates")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_attribution_lot_id")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_attribution_structure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribution")),
    )
    with op.batch_alter_table("attribution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attribution_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_attribution_structure_id"), ["structure_id"], unique=False
        )

    op.create_table(
        "bon_de_commande",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('brouillon','emis','notifie','en_cours','solde','annule')",
            name=op.f("ck_bon_de_commande_state"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_bon_de_commande_dates")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_bon_de_commande_lot_id")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_bon_de_commande_structure_id")
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_bon_de_commande_territory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bon_de_commande")),
        sa.UniqueConstraint("lot_id", "number", name=op.f("uq_bon_de_commande_lot_id_number")),
    )
    with op.batch_alter_table("bon_de_commande", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bon_de_commande_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_bon_de_commande_structure_id"), ["structure_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_bon_de_commande_territory_id"), ["territory_id"], unique=False
        )

    op.create_table(
        "lot_ut",
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_ut_lot_id")),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_lot_ut_territory_id")
        ),
        sa.PrimaryKeyConstraint("lot_id", "territory_id", name=op.f("pk_lot_ut")),
    )
    with op.batch_alter_table("lot_ut", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_ut_territory_id"), ["territory_id"], unique=False)

    op.create_table(
        "operator_month",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["rosace_import.id"], name=op.f("fk_operator_month_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_operator_month_structure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_month")),
        sa.UniqueConstraint(
            "structure_id",
            "period",
            "import_id",
            name=op.f("uq_operator_month_structure_id_period_import_id"),
        ),
    )
    with op.batch_alter_table("operator_month", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_operator_month_import_id"), ["import_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_operator_month_structure_id"), ["structure_id"], unique=False
        )

    op.create_table(
        "prix",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("prestation_id", sa.Integer(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_prix_cents")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_prix_dates")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_prix_lot_id")),
        sa.ForeignKeyConstraint(
            ["prestation_id"], ["prestation.id"], name=op.f("fk_prix_prestation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prix")),
    )
    with op.batch_alter_table("prix", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prix_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_prix_prestation_id"), ["prestation_id"], unique=False)

    op.create_table(
        "rosace_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("raw", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["rosace_import.id"], name=op.f("fk_rosace_line_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rosace_line")),
    )
    with op.batch_alter_table("rosace_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rosace_line_import_id"), ["import_id"], unique=False)

    op.create_table(
        "bon_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bon_id", sa.Integer(), nullable=False),
        sa.Column("prestation_id", sa.Integer(), nullable=False),
        sa.Column("initial", sa.Integer(), nullable=False),
        sa.CheckConstraint("initial >= 0", name=op.f("ck_bon_line_initial")),
        sa.ForeignKeyConstraint(
            ["bon_id"], ["bon_de_commande.id"], name=op.f("fk_bon_line_bon_id")
        ),
        sa.ForeignKeyConstraint(
            ["prestation_id"], ["prestation.id"], name=op.f("fk_bon_line_prestation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bon_line")),
        sa.UniqueConstraint(
            "bon_id", "prestation_id", name=op.f("uq_bon_line_bon_id_prestation_id")
        ),
    )
    with op.batch_alter_table("bon_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bon_line_bon_id"), ["bon_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_bon_line_prestation_id"), ["prestation_id"], unique=False
        )

    op.create_table(
        "bon_movement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("delta", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("delta <> 0", name=op.f("ck_bon_movement_delta")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_bon_movement_decision_id")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["bon_line.id"], name=op.f("fk_bon_movement_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bon_movement")),
    )
    with op.batch_alter_table("bon_movement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bon_movement_decision_id"), ["decision_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_bon_movement_line_id"), ["line_id"], unique=False)

    op.create_table(
        "consumption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("pseudonym", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("is_out_of_period", sa.Boolean(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('realisation','correction','contrepassation','ajustement')",
            name=op.f("ck_consumption_kind"),
        ),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_consumption_quantity")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["rosace_import.id"], name=op.f("fk_consumption_import_id")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["bon_line.id"], name=op.f("fk_consumption_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consumption")),
    )
    with op.batch_alter_table("consumption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consumption_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consumption_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_consumption_line_id"), ["line_id"], unique=False)
        batch_op.create_index("ix_consumption_line_known", ["line_id", "known_on"], unique=False)

    op.create_table(
        "consumption_month",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["bon_line.id"], name=op.f("fk_consumption_month_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consumption_month")),
    )
    with op.batch_alter_table("consumption_month", schema=None) as batch_op:
        batch_op.create_index(
            "ix_consumption_month_line", ["line_id", "period", "known_on"], unique=False
        )

    op.create_table(
        "foreseen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_foreseen_quantity")),
        sa.ForeignKeyConstraint(["line_id"], ["bon_line.id"], name=op.f("fk_foreseen_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foreseen")),
        sa.UniqueConstraint(
            "line_id", "period", "version", name=op.f("uq_foreseen_line_id_period_version")
        ),
    )
    with op.batch_alter_table("foreseen", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_foreseen_line_id"), ["line_id"], unique=False)

    op.create_table(
        "line_standing",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("committed", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("outcomes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["rosace_import.id"], name=op.f("fk_line_standing_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["bon_line.id"], name=op.f("fk_line_standing_line_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "line_id", name=op.f("pk_line_standing")),
    )
    with op.batch_alter_table("line_standing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_line_standing_line_id"), ["line_id"], unique=False)

    op.create_table(
        "parcours_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.String(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("prescriber", sa.String(), nullable=False),
        sa.Column("prescribed_on", sa.Date(), nullable=True),
        sa.Column("contacted_on", sa.Date(), nullable=True),
        sa.Column("positioned_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("planned_end_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("planned", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("exit_reason", sa.String(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("age_band", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["rosace_import.id"], name=op.f("fk_parcours_version_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["bon_line.id"], name=op.f("fk_parcours_version_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcours_version")),
        sa.UniqueConstraint(
            "pseudonym",
            "line_id",
            "import_id",
            name=op.f("uq_parcours_version_pseudonym_line_id_import_id"),
        ),
    )
    with op.batch_alter_table("parcours_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_parcours_version_import_id"), ["import_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_parcours_version_line_id"), ["line_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_parcours_version_pseudonym"), ["pseudonym"], unique=False
        )
    op.create_table(
        "alert_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluated_on", sa.Date(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["rosace_import.id"], name=op.f("fk_alert_run_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_run")),
    )
    with op.batch_alter_table("alert_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_run_import_id"), ["import_id"], unique=False)
