"""Parts of the page of the centre's figures: what is compared, chart, table, list behind."""

from datetime import date

import pandas as pd
import streamlit as st

from core import fr
from core.access import Profile, Viewer
from core.circulation import (
    coverage,
    coverage_rules,
    figure_charts,
    figure_rules,
    figure_words,
    figures,
)
from core.circulation.figure_rules import REFERENCES, Dimension, Known, Measure, Question
from core.circulation.figure_words import HIDDEN, MISSING, PARTIAL
from core.documentation import feed
from core.documentation.enums import Availability, Facet
from pages.ui import choices, frame, outputs
from pages.ui.read import read

TILES = (Measure.LOANS, Measure.FIRST, Measure.VISITS)
BEHIND = {"day": "Le", "told": "Quoi", "place": "Département", "kind": "Type de structure",
          "keys": "Compté en", "amount": "Compte pour"}  # fmt: skip
NOTE = f"Arrondi à 5 près, pour ne désigner personne. {HIDDEN} : moins de cinq, non diffusé."
COVERED = {"theme": "Thème", "age": "Âge", "titles": "Titres", "loans": "Prêts", "mark": "À voir"}
MOST_MARKS = 8
NOTHING = "– ne pas ouvrir –"


def until(year: int, today: date) -> tuple[int, int] | None:
    """Compare a year that is not over on the same days of the year before."""
    return (today.month, today.day) if year == today.year else None


def headline(person: Viewer, today: date) -> None:
    """Answer first: what was lent and who came this year, against the same days last year."""
    columns = st.columns(len(TILES), gap="small", border=True)
    for column, measure in zip(columns, TILES, strict=True):
        question = Question(measure, Dimension.MONTH, today.year, until(today.year, today))
        found = read(figures.table, viewer=person, question=question).head(1)
        with column:
            st.metric(measure.label, _told(found, "current"), figure_words.changes(found)[0],
                      delta_color="off", delta_arrow="off")  # fmt: skip
            last = Question(measure, Dimension.MONTH, today.year - 1)
            year = read(figures.table, viewer=person, question=last).head(1)
            whole = " entier" if year["current_known"].iloc[0] == Known.WHOLE.value else ""
            st.caption(f"{today.year - 1}{whole} : {_told(year, 'current')}")
            for note in _beginning(person, measure, question.days(today.year - 1)[0]):
                st.caption(note)
    said = [f"{text} en {year}" for (_, year), text in REFERENCES.items()]
    if person.profile is Profile.PUBLIC:
        st.caption(NOTE)
    st.caption(
        f"Du 1er janvier au {fr.day(today)}, contre les mêmes jours de {today.year - 1}. "
        f"Le plan d’activité de 2011 annonce : {', '.join(said)}."
    )


def _beginning(person: Viewer, measure: Measure, first: date) -> list[str]:
    """Say from which day figures are known, where ``first`` comes before it."""
    since = read(figures.started, viewer=person, measure=measure)
    if since is None:
        return ["Aucune donnée : rien n’est encore enregistré."]
    if since <= first:
        return []
    return [f"Données depuis le {fr.day(since)}."]


def _told(table: pd.DataFrame, name: str) -> str:
    """Return the first count of a column, as the screen says it."""
    return figure_words.told(table, name)[0]


def compare(person: Viewer, question: Question) -> None:
    """Show a year against the one before: chart, then every count."""
    table = read(figures.table, viewer=person, question=question)
    if not figure_words.is_counted(table):
        st.info(f"Rien n’est compté en {question.year} ni en {question.year - 1}.")
        return
    st.caption(_span(question))
    said = f"{question.measure.label} selon : {question.dimension.label}"
    st.vega_lite_chart(figure_charts.compared(table, question), key="compare", alt=said)
    labels = {"label": question.dimension.label, "previous": str(question.year - 1),
              "current": str(question.year), "change": "Évolution"}  # fmt: skip
    changes = figure_words.changes(table)
    words = {name: figure_words.told(table, name) for name in ("previous", "current")}
    height = "content" if len(table) <= figure_charts.MOST else "auto"
    frame.table(table.assign(change=changes, **words), labels, height=height, key="chiffres")
    notes = _notes(person, question, len(table) - 1)
    for note in notes:
        st.caption(note)
    numbers = table.assign(change=changes, **{
        name: table[name].astype(object).mask(table[f"{name}_hidden"], HIDDEN)
        for name in ("previous", "current")
    })  # fmt: skip
    outputs.offer(
        numbers, labels, title=f"{question.measure.label} {question.year}", key="chiffres_sortie",
        notes=[_span(question), figure_rules.RULES[question.measure], *notes],
    )  # fmt: skip


def _notes(person: Viewer, question: Question, lines: int) -> list[str]:
    """Say what a reader of the counts must know: what is missing, hidden, or counted twice."""
    notes = _incomplete(person, question)
    if question.measure.is_personal and person.profile is Profile.PUBLIC:
        notes.append(NOTE)
    if question.dimension is Dimension.THEME:
        what = "Un document" if question.measure is Measure.LOANS else "Une visite"
        notes.append(
            f"{what} de deux thèmes compte dans chacun : la somme des lignes dépasse le total."
        )
    if lines > figure_charts.MOST:
        notes.append(
            f"Le graphique s’arrête aux {figure_charts.MOST} premières lignes ; le tableau les a "
            f"toutes ({fr.number(lines)})."
        )
    return notes


def _incomplete(person: Viewer, question: Question) -> list[str]:
    """Say what is missing of the two years, and compare the days that are known in both."""
    since = read(figures.started, viewer=person, measure=question.measure)
    if since is None or since <= question.days(question.year - 1)[0]:
        return []
    said = [
        f"Données depuis le {fr.day(since)} : avant, rien n’est connu ({MISSING}), et ce qui n’est "
        f"compté que depuis ce jour ({PARTIAL}) n’est pas comparé."
    ]
    shared = question.shared(since)
    if shared is not None:
        first, last = shared.days(question.year)
        whole = read(figures.table, viewer=person, question=shared).head(1)
        said.append(
            f"Du {fr.day(first)} au {fr.day(last)} : {_told(whole, 'current')}, contre "
            f"{_told(whole, 'previous')} les mêmes jours de {question.year - 1} : "
            f"{figure_words.changes(whole)[0]}."
        )
    return said


def _span(question: Question) -> str:
    first, last = question.days(question.year)
    return f"Du {fr.day(first)} au {fr.day(last)}, et les mêmes jours de {question.year - 1}."


def behind(person: Viewer, question: Question) -> None:
    """Let staff open the list behind a count of the year; it adds up to it."""
    table = read(figures.table, viewer=person, question=question)
    names = table.loc[(table["current"] > 0).fillna(value=False), "label"]
    options: dict[str, object] = {NOTHING: ""} | {name: name for name in names}
    chosen = str(choices.pick("Voir la liste", options, "liste"))
    if not chosen:
        return
    rows = read(figures.behind, viewer=person, question=question, label=chosen)
    total = fr.number(int(rows["amount"].sum()))
    st.markdown(f"**{chosen}, {question.year} : {total}**")
    notes = _beginning(person, question.measure, question.days(question.year)[0])
    for note in notes:
        st.caption(note)
    shown = rows.assign(day=[fr.day(day) for day in rows["day"]])
    frame.table(shown, BEHIND, key="derriere")
    outputs.offer(rows, BEHIND, title=f"Liste {chosen} {question.year}", key="derriere_sortie",
                  notes=notes)  # fmt: skip


def state(question: Question) -> dict[str, str]:
    """Return the choices as the address carries them."""
    held = str(st.session_state.get("liste", NOTHING))
    return {
        "mesure": question.measure.label, "par": question.dimension.label,
        "annee": str(question.year), "liste": "" if held == NOTHING else held,
    }  # fmt: skip


def covered(person: Viewer, today: date) -> None:
    """Show what the centre holds by theme and age, against what is lent of it."""
    table = read(coverage.coverage, viewer=person, today=today)
    if table.empty:
        return
    st.markdown("#### Ce que le centre a, et ce qu’on lui demande")
    first = coverage.since(today)
    st.caption(
        f"Titres qui se prêtent / prêts depuis le {fr.day(first)}, par thème et par âge ; plus "
        "c’est foncé, plus un titre est emprunté. Vide : aucun titre."
    )
    for note in _beginning(person, Measure.LOANS, first):
        st.caption(note)
    st.vega_lite_chart(figure_charts.heat(table), key="couverture",
                       alt="Titres et prêts par thème et âge des documents")  # fmt: skip
    _to_see(table, today)
    with st.expander("Les nombres, et ce qui est signalé"):
        for rule in coverage_rules.RULES:
            st.caption(rule)
        frame.table(table, COVERED, key="couverture_table")
        outputs.offer(table, COVERED, title="Couverture du fonds", key="couverture_sortie",
                      notes=coverage_rules.RULES)  # fmt: skip


def _to_see(table: pd.DataFrame, today: date) -> None:
    """Name what deserves to be looked at, leading to the catalogue where it can list just that."""
    whole = table.groupby("theme")["is_listed"].any()
    stale = [(theme, "", bool(whole[theme])) for theme in coverage_rules.stale(table)]
    groups = {coverage_rules.Mark.STALE.label: stale}
    for mark in (coverage_rules.Mark.WANTED, coverage_rules.Mark.NEVER):
        rows = table[table["mark"] == mark.label].head(MOST_MARKS)
        groups[mark.label] = list(zip(rows["theme"], rows["age"], rows["is_listed"], strict=True))
    for told, cells in groups.items():
        if cells:
            st.markdown(f"**{told[:1].upper()}{told[1:]}**")
        for theme, age, is_listed in cells:
            label = ", ".join(part for part in (theme, age) if part)
            if not is_listed:
                st.markdown(frame.plain(label))
                continue
            st.page_link("pages/documentation/catalogue.py", label=label, icon=":material/search:",
                         query_params=_behind_cell(theme, age, today))  # fmt: skip


def _behind_cell(theme: str, age: str, today: date) -> dict[str, str]:
    """Return the address of the documents of a cell: its theme, the years of its age, to be lent
    at the centre."""
    first, last = coverage_rules.years(age, today_year=today.year) if age else (None, None)
    said = {feed.key_of(Facet.THEME): theme,
            feed.key_of(Facet.AVAILABILITY): Availability.SHELF.label,
            feed.FROM: str(first or ""), feed.UNTIL: str(last or "")}  # fmt: skip
    return {name: value for name, value in said.items() if value}
