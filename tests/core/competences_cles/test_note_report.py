"""The qualitative report: by quarter and theme, each note with its figure, both values if moved."""

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pdfplumber
import pytest

from core import db
from core.access import Role, viewer_for
from core.competences_cles import note_report, packs, portrait, portraits
from core.competences_cles.note_figures import Figure, FigureKey
from core.competences_cles.portrait import KeptNote, Portrait
from core.settings import DEMO_TODAY

ELU = viewer_for(Role.ELU)


@pytest.fixture
def found(demo_sqlite: str) -> Portrait:
    with db.reading() as session:
        one = portraits.portrait(session, ELU, ut_code="31", known_on=DEMO_TODAY)
    assert one is not None
    return one


def note(rank: int, quarter: str, theme: str, figure: Figure | None = None) -> KeptNote:
    return KeptNote(rank, "Haute-Garonne", "31", quarter, theme, f"Texte {rank}. #panic()", "",
                    "Agent", date(2011, 3, 2), figure)  # fmt: skip


def test_the_report_is_in_order_and_prints_both_values_of_what_changed(found: Portrait) -> None:
    now = portrait.figures(found)
    same = now[FigureKey.CONSUMED]
    moved = Figure(FigureKey.AVAILABLE, 60 * 900.0, date(2011, 3, 2))
    notes = [
        note(1, "2010-T4", "Publics"), note(2, "2011-T2", "Contenus", same),
        note(3, "2011-T2", "Durée des parcours", moved), note(4, "2011-T1", "Publics"),
    ]  # fmt: skip
    told = note_report.values(notes, found, now)
    assert [one["name"] for one in told["quarters"]] == [
        "2e trimestre 2011", "1er trimestre 2011", "4e trimestre 2010",
    ]  # fmt: skip
    themes = told["quarters"][0]["themes"]
    assert [one["name"] for one in themes] == ["Durée des parcours", "Contenus"]
    figure = themes[0]["notes"][0]["figure"]
    assert figure.startswith("Disponible : 900")
    assert figure.endswith(f"{now[FigureKey.AVAILABLE].written()} au 15 juin 2011")
    assert themes[1]["notes"][0]["figure"] == same.told()
    with pdfplumber.open(io.BytesIO(note_report.pdf(notes, found, now))) as document:
        text = "\n".join(page.extract_text() for page in document.pages)
    assert "Bilan qualitatif – Haute-Garonne (31)" in text
    assert "Texte 3. #panic()" in text
    assert "Démonstration : données simulées" in text
    empty = note_report.pdf([], replace(found, is_demonstration=False), now)
    with pdfplumber.open(io.BytesIO(empty)) as document:
        assert "Aucune note pour ce choix." in document.pages[0].extract_text()


def test_the_demonstration_has_one_pack_whose_two_files_open(found: Portrait) -> None:
    assert len(found.notes) == 3
    assert all(one.figure is not None for one in found.notes)
    with db.reading() as session:
        [made] = packs.made(session, ELU, ut_code="31")
        document, workbook = packs.kept_files(session, ELU, ut_code="31", version=made.version)
    with pdfplumber.open(io.BytesIO(document)) as pages:
        assert len(pages.pages) == 2
        assert (pages.pages[0].width, pages.pages[0].height) == pytest.approx((595.3, 841.9), abs=1)
        assert "7 400 h" in pages.pages[0].extract_text().replace("\u202f", " ").replace(
            "\xa0", " "
        )
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    assert book["Notes"].max_row == 4
    told = [row[2].value for row in book["Mois"].iter_rows(min_row=2)]
    declared = [month.declared for one in found.views for month in one.pace.months]
    assert told == [round((one or 0) / 60, 2) for one in declared]
