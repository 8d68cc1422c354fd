"""Lending and welcome: opening days, readers, loans, reservations, visits, appointments"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lending_site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lending_site")),
        sa.UniqueConstraint("code", name=op.f("uq_lending_site_code")),
    )
    op.create_table(
        "loan_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("loan_class", sa.String(), nullable=False),
        sa.Column("doc_type", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("max_loans", sa.Integer(), nullable=False),
        sa.Column("max_renewals", sa.Integer(), nullable=False),
        sa.Column("renewal_days", sa.Integer(), nullable=False),
        sa.Column("hold_days", sa.Integer(), nullable=False),
        sa.Column("block_after_days", sa.Integer(), nullable=True),
        sa.Column("is_capped", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "days >= 0 AND max_loans >= 0 AND max_renewals >= 0 AND renewal_days >= 0 AND hold_days >= 1",
            name=op.f("ck_loan_rule_bounds"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_rule")),
        sa.UniqueConstraint(
            "category",
            "loan_class",
            "doc_type",
            name=op.f("uq_loan_rule_category_loan_class_doc_type"),
        ),
    )
    op.create_table(
        "reader_category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_category")),
        sa.UniqueConstraint("code", name=op.f("uq_reader_category_code")),
    )
    op.create_table(
        "calendar_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("repeats_yearly", sa.Boolean(), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_calendar_exception_dates")),
        sa.ForeignKeyConstraint(
            ["site_id"], ["lending_site.id"], name=op.f("fk_calendar_exception_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_exception")),
    )
    with op.batch_alter_table("calendar_exception", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_calendar_exception_site_id"), ["site_id"], unique=False
        )

    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_opening_hours_dates")
        ),
        sa.CheckConstraint(
            "opens_at >= 0 AND closes_at > opens_at", name=op.f("ck_opening_hours_hours")
        ),
        sa.CheckConstraint("slot_minutes >= 0", name=op.f("ck_opening_hours_slot")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_hours_weekday")),
        sa.ForeignKeyConstraint(
            ["site_id"], ["lending_site.id"], name=op.f("fk_opening_hours_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    with op.batch_alter_table("opening_hours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_hours_site_id"), ["site_id"], unique=False)

    op.create_table(
        "reader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("blocked_until", sa.Date(), nullable=True),
        sa.Column("block_reason", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("last_loan_on", sa.Date(), nullable=True),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["reader_category.id"], name=op.f("fk_reader_category_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reader_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader")),
        sa.UniqueConstraint("card", name=op.f("uq_reader_card")),
        sa.UniqueConstraint("person_id", name=op.f("uq_reader_person_id")),
    )
    with op.batch_alter_table("reader", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reader_category_id"), ["category_id"], unique=False)

    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("structure_id", sa.Integer(), nullable=True),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("ical_uid", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('demande','confirme','honore','absent','annule')",
            name=op.f("ck_appointment_state"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointment_times")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_appointment_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_appointment_structure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("ical_uid", name=op.f("uq_appointment_ical_uid")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_starts_at"), ["starts_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_appointment_structure_id"), ["structure_id"], unique=False
        )

    op.create_table(
        "reader_interest",
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["reader.id"], name=op.f("fk_reader_interest_reader_id")
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["documentary_theme.id"], name=op.f("fk_reader_interest_theme_id")
        ),
        sa.PrimaryKeyConstraint("reader_id", "theme_id", name=op.f("pk_reader_interest")),
    )
    with op.batch_alter_table("reader_interest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reader_interest_theme_id"), ["theme_id"], unique=False)

    op.create_table(
        "desk_incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("barcode", sa.String(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["exemplaire.id"], name=op.f("fk_desk_incident_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_desk_incident_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_incident")),
    )
    with op.batch_alter_table("desk_incident", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_desk_incident_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_desk_incident_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "loan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=True),
        sa.Column("structure_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("structure_kind", sa.String(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=True),
        sa.Column("lent_at", sa.DateTime(), nullable=False),
        sa.Column("lent_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("returned_at", sa.DateTime(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("return_kind", sa.String(), nullable=False),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("lent_by", sa.String(), nullable=False),
        sa.Column("returned_by", sa.String(), nullable=False),
        sa.Column("anonymised_on", sa.Date(), nullable=True),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "return_kind IN ('','normal','perdu','repute_perdu','regularisation','annule')",
            name=op.f("ck_loan_kind"),
        ),
        sa.CheckConstraint(
            "(returned_at IS NULL) = (returned_on IS NULL)", name=op.f("ck_loan_returned")
        ),
        sa.CheckConstraint("due_on >= lent_on", name=op.f("ck_loan_due")),
        sa.CheckConstraint("renewals >= 0", name=op.f("ck_loan_renewals")),
        sa.ForeignKeyConstraint(["item_id"], ["exemplaire.id"], name=op.f("fk_loan_item_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_loan_reader_id")),
        sa.ForeignKeyConstraint(["site_id"], ["lending_site.id"], name=op.f("fk_loan_site_id")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_loan_structure_id")
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_loan_territory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
        sa.UniqueConstraint("request_key", name=op.f("uq_loan_request_key")),
    )
    with op.batch_alter_table("loan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loan_due_on"), ["due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_loan_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_loan_lent_on"), ["lent_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_loan_reader_id"), ["reader_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_loan_site_id"), ["site_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_loan_structure_id"), ["structure_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_loan_territory_id"), ["territory_id"], unique=False)
        batch_op.create_index(
            "uq_loan_open",
            ["item_id"],
            unique=True,
            sqlite_where=sa.text("returned_at IS NULL"),
            postgresql_where=sa.text("returned_at IS NULL"),
        )

    op.create_table(
        "reservation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ready_until", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("close_reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(state = 'disponible') = (item_id IS NOT NULL AND ready_until IS NOT NULL)",
            name=op.f("ck_reservation_set_aside"),
        ),
        sa.CheckConstraint(
            "state IN ('en_file','disponible','suspendue','honoree','expiree','annulee')",
            name=op.f("ck_reservation_state"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["exemplaire.id"], name=op.f("fk_reservation_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_reservation_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["reader.id"], name=op.f("fk_reservation_reader_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["lending_site.id"], name=op.f("fk_reservation_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
    )
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reservation_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reservation_notice_id"), ["notice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reservation_reader_id"), ["reader_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reservation_site_id"), ["site_id"], unique=False)
        batch_op.create_index(
            "uq_reservation_item",
            ["item_id"],
            unique=True,
            sqlite_where=sa.text("state = 'disponible'"),
            postgresql_where=sa.text("state = 'disponible'"),
        )
        batch_op.create_index(
            "uq_reservation_position",
            ["notice_id", "position"],
            unique=True,
            sqlite_where=sa.text("state = 'en_file'"),
            postgresql_where=sa.text("state = 'en_file'"),
        )
        batch_op.create_index(
            "uq_reservation_reader",
            ["notice_id", "reader_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('en_file','disponible','suspendue')"),
            postgresql_where=sa.text("state IN ('en_file','disponible','suspendue')"),
        )

    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=True),
        sa.Column("territory_id", sa.Integer(), nullable=True),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("newcomers", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('individuelle','groupe','distance')", name=op.f("ck_visit_kind")
        ),
        sa.CheckConstraint("headcount >= 1", name=op.f("ck_visit_headcount")),
        sa.CheckConstraint("minutes IS NULL OR minutes >= 0", name=op.f("ck_visit_minutes")),
        sa.CheckConstraint(
            "newcomers >= 0 AND newcomers <= headcount", name=op.f("ck_visit_newcomers")
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_visit_appointment_id")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_visit_structure_id")
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_visit_territory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_visit_appointment_id")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_happened_on"), ["happened_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_structure_id"), ["structure_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_territory_id"), ["territory_id"], unique=False)

    op.create_table(
        "desk_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("reservation_id", sa.Integer(), nullable=True),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["exemplaire.id"], name=op.f("fk_desk_event_item_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_desk_event_loan_id")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservation.id"], name=op.f("fk_desk_event_reservation_id")
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["desk_event.id"], name=op.f("fk_desk_event_undoes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_event")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_desk_event_undoes_id")),
    )
    with op.batch_alter_table("desk_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_desk_event_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_desk_event_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_desk_event_loan_id"), ["loan_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_desk_event_reservation_id"), ["reservation_id"], unique=False
        )

    op.create_table(
        "loan_part",
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_part_loan_id")),
        sa.PrimaryKeyConstraint("loan_id", "rank", name=op.f("pk_loan_part")),
    )
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("for_due_on", sa.Date(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('a_envoyer','envoyee','annulee','echec')", name=op.f("ck_reminder_state")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_reminder_loan_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["mail_message.id"], name=op.f("fk_reminder_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "loan_id", "level", "for_due_on", name=op.f("uq_reminder_loan_id_level_for_due_on")
        ),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_loan_id"), ["loan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminder_mail_id"), ["mail_id"], unique=False)

    op.create_table(
        "visit_motive",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("motive", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_motive_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "motive", name=op.f("pk_visit_motive")),
    )
    op.create_table(
        "visit_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("is_first_welcome", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_visit_person_person_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_person_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_person")),
    )
    with op.batch_alter_table("visit_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_person_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_person_visit_id"), ["visit_id"], unique=False)
        batch_op.create_index("uq_visit_person", ["visit_id", "person_id"], unique=True)
        batch_op.create_index(
            "uq_visit_person_first",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("is_first_welcome"),
            postgresql_where=sa.text("is_first_welcome"),
        )

    op.create_table(
        "visit_theme",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["documentary_theme.id"], name=op.f("fk_visit_theme_theme_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_theme_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "theme_id", name=op.f("pk_visit_theme")),
    )
    with op.batch_alter_table("visit_theme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_theme_theme_id"), ["theme_id"], unique=False)
