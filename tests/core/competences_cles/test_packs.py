"""Packs made from the store, notes and decisions in them, on both engines."""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta

import openpyxl
import pandas as pd
import pdfplumber
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from core import db, journal
from core.access import Role, viewer_for
from core.competences_cles import (
    decisions,
    followup,
    note_figures,
    pack_demands,
    pack_whole,
    pack_workbook,
    packs,
    portrait,
    portraits,
    qualitative_notes,
)
from core.competences_cles.calendar import Calendar
from core.competences_cles.decisions import Minute
from core.competences_cles.follow_models import CommitteePack
from core.competences_cles.note_figures import Figure, FigureKey
from core.competences_cles.outlook import Setting
from core.competences_cles.packs import Prepared, Request
from core.competences_cles.paths import Rate
from core.competences_cles.portrait import Portrait
from core.competences_cles.qualitative_notes import NoteDraft
from core.errors import DomainError, ForbiddenError
from tests.core.competences_cles.making import (
    DOMAIN,
    NOW,
    TODAY,
    make_bon,
    make_lot,
    take,
)
from tests.factories import ANALYST, STAFF

ELU = viewer_for(Role.ELU)
COMMITTEE = date(2011, 6, 24)
REQUEST = Request("31", COMMITTEE, ("Transférer 120 h.", "  "))
DRAFT = NoteDraft("31", "2011-T2", "Publics", "Les groupes sont incomplets.", "réunion du 3 mai")


def filled() -> None:
    """Two orders of one département, five months of them, eight parcours on each."""
    lot = make_lot()
    make_bon(300, number="BC-1", lot=lot)
    make_bon(900, number="BC-2", lot=lot)
    take(
        (number, f"{number}-{person}", f"01/{month:02}/2011", hours, "en formation", "36")
        for number, hours in (("BC-1", "6,5"), ("BC-2", "3"))
        for person in range(8)
        for month in range(1, 6)
    )


def seen(known_on: date = TODAY) -> Portrait:
    with db.reading() as session:
        found = portraits.portrait(session, ANALYST, ut_code="31", known_on=known_on)
    assert found is not None
    return found


def prepare(request: Request = REQUEST, known_on: date = TODAY) -> Prepared:
    with db.writing(DOMAIN) as session:
        return packs.prepare(session, STAFF, request, known_on=known_on, now=NOW)


def files(version: int) -> tuple[bytes, bytes]:
    with db.reading() as session:
        return packs.kept_files(session, ELU, ut_code="31", version=version)


def text_of(document: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(document)) as pages:
        return [page.extract_text().replace("\u202f", " ").replace("\xa0", " ") for page in
                pages.pages]  # fmt: skip


def sheets(workbook: bytes) -> dict[str, pd.DataFrame]:
    return pd.read_excel(
        io.BytesIO(workbook), sheet_name=None, keep_default_na=False, engine="openpyxl"
    )


def test_a_pack_is_kept_once_and_says_what_the_follow_up_says(store: str) -> None:
    filled()
    with db.writing(DOMAIN) as session:
        qualitative_notes.write(session, STAFF, DRAFT, now=NOW)
        minute = Minute("31", date(2011, 5, 2), "comité", "Avenant demandé.", 6_000.0)
        decisions.enter(session, STAFF, minute, today=TODAY, now=NOW)
    assert prepare() == Prepared(1, is_new=True)
    assert prepare() == Prepared(1, is_new=False)
    document, workbook = files(1)
    first, second = text_of(document)
    with db.reading() as session:
        table = followup.as_table(
            followup.orders(session, ANALYST, known_on=TODAY), TODAY
        ).set_index("number")
        [made] = packs.made(session, ELU, ut_code="31")
        entry = journal.entries(session, STAFF).iloc[0]
    for number in ("BC-1", "BC-2"):
        line = next(one for one in first.splitlines() if one.startswith(number))
        for name in ("ordered", "consumed", "available"):
            value = float(str(table.loc[number, name]))
            assert f"{value:g} h".replace(".", ",") in line, (name, line)
    assert "1 200 h" in first
    assert "380 h" in first
    assert "extraites le 15 juin 2011" in first
    assert "Les groupes sont incomplets." in second
    assert "Avenant demandé." in second
    assert "disponible : 100 h alors" in second
    assert "Transférer 120 h." in second
    assert made.version == 1
    assert made.author == STAFF.name
    assert len(made.sha256) == 64
    assert (entry["action"], entry["subject"]) == ("dossier de comité", "Haute-Garonne, version 1")
    by_number = sheets(workbook)["Bons"].set_index("Bon")
    for column, name in (("Commandé (h)", "ordered"), ("Consommé (h)", "consumed"),
                         ("Disponible (h)", "available")):  # fmt: skip
        found = by_number[column].astype(float).round(1).to_dict()
        assert found == table[name].to_dict()


def test_a_version_never_changes_and_the_next_one_is_another(store: str) -> None:
    filled()
    prepare()
    before = files(1)
    changes = (
        sa.update(db.table_of(CommitteePack)).values(pdf=b"other"),
        sa.delete(db.table_of(CommitteePack)),
    )
    for change in changes:
        with pytest.raises(sa.exc.DatabaseError, match="append-only"), db.writing(DOMAIN) as one:
            one.connection().execute(change)
    with db.writing(DOMAIN) as session:
        qualitative_notes.write(session, STAFF, DRAFT, now=NOW)
    assert prepare() == Prepared(2, is_new=True)
    assert files(1) == before
    assert files(2) != before
    with db.reading() as session:
        assert [one.version for one in packs.made(session, ELU, ut_code="31")] == [2, 1]
        with pytest.raises(DomainError, match="version 9 n’existe pas"):
            packs.kept_files(session, ELU, ut_code="31", version=9)


def test_decisions_are_those_since_the_last_version(store: str) -> None:
    filled()

    def enter(day: date, text: str) -> None:
        with db.writing(DOMAIN) as session:
            minute = Minute("31", day, "comité de pilotage", text)
            decisions.enter(session, STAFF, minute, today=day, now=NOW)

    enter(date(2011, 5, 2), "Première décision.")
    prepare()
    later = TODAY + timedelta(days=10)
    enter(later, "Seconde décision.")
    prepare(known_on=later)
    assert "Première décision." in text_of(files(1)[0])[1]
    second = text_of(files(2)[0])[1]
    assert "Seconde décision." in second
    assert "Première décision." not in second
    assert prepare(known_on=later) == Prepared(2, is_new=False)


def test_who_may_and_what_is_refused(store: str) -> None:
    make_bon(300)
    with db.reading() as session:
        assert portraits.portrait(session, ELU, ut_code="31", known_on=TODAY) is None
        assert portraits.places(session, ELU) == {"31": "Haute-Garonne"}
    with pytest.raises(DomainError, match="Aucun export"):
        prepare()
    with pytest.raises(ForbiddenError), db.writing(DOMAIN) as session:
        packs.prepare(session, ELU, REQUEST, known_on=TODAY, now=NOW)
    with pytest.raises(ForbiddenError), db.reading() as session:
        packs.made(session, viewer_for(Role.PUBLIC), ut_code="31")
    for minute, told in (
        (Minute("31", TODAY, " ", "x"), "instance"), (Minute("31", TODAY, "x", " "), "décidé"),
        (Minute("31", TODAY + timedelta(days=1), "x", "x"), "où elle a été prise"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=told), db.writing(DOMAIN) as session:
            decisions.enter(session, STAFF, minute, today=TODAY, now=NOW)


def test_the_workbook_opens_its_numbers_are_numbers_and_few_are_masked(store: str) -> None:
    filled()
    prepare()
    workbook = files(1)[1]
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    assert tuple(book.sheetnames) == pack_workbook.SHEETS
    assert all(page.freeze_panes == "A2" for page in book)
    rows = {row[0].value: row for row in book["Bons"].iter_rows(min_row=2)}
    assert rows["BC-1"][5].value == 300
    assert rows["BC-1"][5].data_type == "n"
    assert isinstance(rows["BC-1"][3].value, datetime)
    months = sheets(workbook)["Mois"]
    assert set(months.loc[months["Bon"] == "BC-1", "Déclaré (h)"]) == {52}
    summary = sheets(workbook)["Synthèse"].set_index("Indicateur")["Valeur"]
    assert summary["Commandé"] == 1200
    assert summary["Abandons"] == "–"
    assert summary["Prescriptions"] == 16


def test_a_departement_of_two_orders_is_judged_as_one_and_of_one_as_the_follow_up(
    store: str,
) -> None:
    filled()
    found = seen()
    assert found.whole is not None
    assert found.whole.facts.ordered == 60 * 1_200
    assert found.whole.facts.number == "BC-1, BC-2"
    assert [one.declared for one in found.whole.pace.months] == [60 * 76] * 5
    assert found.quantities.available == pytest.approx(
        sum(one.quantities.available for one in found.views)
    )
    assert found.whole.quantities.available == pytest.approx(found.quantities.available)
    setting = Setting(TODAY, Calendar())
    alone = found.views[:1]
    assert pack_whole.whole(alone, found.views, setting) is alone[0]
    assert pack_whole.whole([], found.views, setting) is None
    plan = alone[0].plan
    told = pack_whole.foreseen_by_month(plan, [201100 + month for month in range(1, 13)])
    assert sum(told.values()) == pytest.approx(60 * 300)


def test_what_was_known_on_a_day_is_what_a_pack_of_that_day_says(store: str) -> None:
    filled()
    with db.reading() as session:
        early = TODAY - timedelta(days=1)
        assert portraits.portrait(session, ANALYST, ut_code="31", known_on=early) is None
    later = seen(TODAY + timedelta(days=60))
    assert later.is_old
    assert "Données anciennes" in portrait.summary(later)
    assert not seen().is_old


def test_a_note_keeps_its_figure_and_the_journal_its_history(store: str) -> None:
    filled()
    figure = portrait.figures(seen())[FigureKey.AVAILABLE]
    with db.writing(DOMAIN) as session:
        key = qualitative_notes.write(session, STAFF, replace(DRAFT, figure=figure), now=NOW)
        other = qualitative_notes.write(
            session, STAFF, replace(DRAFT, theme="Contenus", quarter="2011-T1"), now=NOW
        )
    take([("BC-2", "x", "01/05/2011", "100")], is_partial=True, name="2.csv")
    [note, _] = known = notes()
    assert note.figure == figure
    now = portrait.figures(seen())[FigureKey.AVAILABLE]
    assert note.figure is not None
    assert note.figure.against(now) == f"{figure.told()}, {now.written()} au 15 juin 2011"
    assert [one.quarter for one in known] == ["2011-T2", "2011-T1"]
    assert [one.id for one in notes(theme="Contenus")] == [other]
    with db.writing(DOMAIN) as session:
        changed = replace(DRAFT, text="Autre texte.")
        qualitative_notes.correct(session, STAFF, changed, note_id=key, now=NOW)
        with pytest.raises(DomainError, match="Rien n’a changé"):
            qualitative_notes.correct(session, STAFF, changed, note_id=key, now=NOW)
        qualitative_notes.withdraw(session, STAFF, note_id=other, now=NOW)
        with pytest.raises(DomainError, match="n’existe plus"):
            qualitative_notes.withdraw(session, STAFF, note_id=other, now=NOW)
    assert [(one.text, one.figure) for one in notes()] == [("Autre texte.", figure)]
    with db.reading() as session:
        entries = journal.entries(session, STAFF).head(2)
    assert entries["action"].tolist() == ["retrait d’une note", "correction d’une note"]
    assert "thème : Contenus" in journal.told(entries["before"].iloc[0])
    assert journal.told(entries["after"].iloc[1]) == "texte : Autre texte."


def notes(**wanted: str) -> list[portrait.KeptNote]:
    with db.reading() as session:
        return qualitative_notes.known(session, ELU, **wanted)  # type: ignore[arg-type]  # its filters


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        (replace(DRAFT, text=" "), "Écrivez le texte"),
        (replace(DRAFT, theme="?"), "thème de la liste"),
        (replace(DRAFT, quarter="2011-T5"), "trimestre comme 2011-T2"),
        (replace(DRAFT, text="x" * 2_001), "coupez-la"),
        (replace(DRAFT, ut_code="99"), "n’est pas connu"),
    ],
)
def test_a_note_that_misses_something_is_refused(
    sqlite_store: str, draft: NoteDraft, told: str
) -> None:
    with pytest.raises(DomainError, match=told), db.writing(DOMAIN) as session:
        qualitative_notes.write(session, STAFF, draft, now=NOW)


def test_an_elu_writes_no_note(sqlite_store: str) -> None:
    with pytest.raises(ForbiddenError), db.writing(DOMAIN) as session:
        qualitative_notes.write(session, ELU, DRAFT, now=NOW)


@given(
    st.sampled_from(list(FigureKey)), st.none() | st.floats(-1e6, 1e6), st.dates(), st.booleans()
)
def test_a_figure_comes_back_as_it_was_kept(
    key: FigureKey, value: float | None, day: date, is_masked: bool
) -> None:
    figure = Figure(key, value, day, is_masked)
    assert note_figures.load(note_figures.dump(figure)) == figure
    assert figure.against(figure) == figure.told()


@given(st.integers(0, 40), st.integers(0, 40))
def test_no_figure_of_few_persons_is_kept(numerator: int, others: int) -> None:
    found = note_figures.of_rate(FigureKey.DROPPED, Rate(numerator, numerator + others), TODAY)
    few = 0 < numerator < 5 or 0 < others < 5
    assert found.is_masked is few
    assert not few or (found.value is None and found.written() == "masqué")


def test_what_is_asked_follows_the_forecasts(store: str) -> None:
    filled()
    found = pack_demands.asked(seen().views, TODAY)
    assert len(found) == 2
    assert found[0].startswith("Abonder")
    assert "BC-1" in found[0]
    assert "BC-2" in found[1]
    late = TODAY + timedelta(days=60)
    assert "Relancer Organisme d’essai : rien de neuf depuis 45 jours." in pack_demands.asked(
        seen(late).views, late
    )
