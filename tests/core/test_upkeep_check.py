"""The check of a store: nothing on a healthy one, and each damage found."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from core import backup, db, upkeep
from core.observatory.enums import Status
from tests.factories import Figure, apply, fill_area, make_perimeter, parsed_file

FIGURES = (
    Figure("vols", 202000, "31555", 901), Figure("vols", 202000, "31149", 0),
    Figure("vols", 202000, "09122", Status.MASKED), Figure("vols", 202000, "09056", Status.MISSING),
)  # fmt: skip


@pytest.fixture
def full_store(store: str) -> str:
    """The small area of the factories with one file and one perimeter, on each engine."""
    fill_area()
    apply(parsed_file(FIGURES), name="a.csv")
    make_perimeter("Toulouse et Colomiers", "31555", "31149")
    return store


def run(*statements: str) -> None:
    """Do what the application never does: a change past its rules (SQLite checks no link here)."""
    url = sa.make_url(db.database_url())
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_healthy_store_has_no_fault(full_store: str) -> None:
    assert upkeep.check(full_store) == []


def test_the_demonstration_has_no_fault(demo_store: str) -> None:
    assert upkeep.check(demo_store) == []


UNCHECKED = {
    "sqlite": ("PRAGMA ignore_check_constraints=ON",),
    "postgresql": (
        "SET session_replication_role=replica",
        "ALTER TABLE fact DROP CONSTRAINT IF EXISTS ck_fact_count",
    ),
}  # fmt: skip
STATUS_FAULT = "1 chiffre dont le statut contredit l’effectif."
DAMAGES = {  # 16 is Toulouse, 6 the Haute-Garonne (factories.AREA)
    "UPDATE fact SET territory_id = 9999 WHERE count = 901": "1 × chiffre sans territoire.",
    "UPDATE fact SET slice_id = 9999 WHERE count = 901": "1 × chiffre sans tranche.",
    "UPDATE fact SET batch_id = 9999 WHERE count = 901": "1 × chiffre sans import.",
    "UPDATE aggregate SET territory_id = 9999 WHERE territory_id = 6": "1 × total sans territoire.",
    "UPDATE aggregate SET slice_id = 9999 WHERE territory_id = 6": "1 × total sans tranche.",
    "UPDATE membership SET part_id = 9999 WHERE part_id = 16": "1 × appartenance sans territoire.",
    "UPDATE aggregate SET count = count + 1 WHERE territory_id = 6": (
        "1 tranche dont le total par département est faux."
    ),
    "DELETE FROM fact WHERE count = 901": "1 tranche dont le total par département est faux.",
    "UPDATE fact SET count = 5 WHERE status = 1": STATUS_FAULT,
    "UPDATE fact SET count = -1 WHERE status = 0 AND count = 0": STATUS_FAULT,
}


def test_the_check_finds_each_damage(full_store: str, tmp_path: Path) -> None:
    backup.save(full_store, tmp_path / "a.json.gz")
    found = {}
    for damage in DAMAGES:
        run(*UNCHECKED[full_store.partition(":")[0]], damage)
        found[damage] = upkeep.check(full_store)
        backup.restore(full_store, tmp_path / "a.json.gz")
    missed = {damage: found[damage] for damage in DAMAGES if DAMAGES[damage] not in found[damage]}
    assert missed == {}
    assert upkeep.check(full_store) == []


def test_the_keys_of_the_status_are_stable(full_store: str) -> None:
    with db.reading(full_store) as session:
        found = upkeep.status(session)
    assert found == {
        "instance.mode": "empty",
        "territories.communes": 6, "territories.former_communes": 3, "territories.epci": 3,
        "territories.departements": 2, "territories.perimeters": 1, "territories.services": 0,
        "observatory.facts": 4, "observatory.aggregates": 8, "observatory.indicators": 1,
        "observatory.editions": 1, "observatory.imports": 1, "observatory.imports_reverted": 0,
        "observatory.ruptures": 0, "people.people": 0, "people.structures": 0,
        "people.networks": 0, "people.contact_imports": 0, "documentation.records": 0,
        "documentation.copies": 0, "documentation.open_loans": 0, "competences_cles.orders": 0,
        "competences_cles.ledger_rows": 0, "training.plan_events": 0, "training.sessions": 0,
        "training.slots": 0, "training.registrations": 0, "mail.pending": 0, "mail.sent": 0,
        "mail.refused": 0, "mail.bounced": 0,
    }  # fmt: skip
    assert set(upkeep.STATUS_LABELS) == set(found)
