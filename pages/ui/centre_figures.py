"""Parts of the page of the centre's figures: what is compared, chart, table, list behind."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from core import fr
from core.access import Profile, Viewer
from core.circulation import coverage, coverage_rules, figure_charts, figure_rules, figures
from core.circulation.figure_rules import REFERENCES, Dimension, Measure, Question
from pages.ui import choices, frame, outputs
from pages.ui.read import read

TILES = (Measure.LOANS, Measure.FIRST, Measure.VISITS)
BEHIND = {"day": "Le", "told": "Quoi", "place": "Département", "kind": "Type de structure",
          "keys": "Compté en", "amount": "Compte pour"}  # fmt: skip
HIDDEN = "n. d."
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
        whole = read(figures.table, viewer=person, question=question).iloc[0]
        with column:
            before, now = _known(whole["previous"]), _known(whole["current"])
            st.metric(measure.label, _count(now), figure_rules.change(before, now),
                      delta_color="off", delta_arrow="off")  # fmt: skip
            last = Question(measure, Dimension.MONTH, today.year - 1)
            year = read(figures.table, viewer=person, question=last).iloc[0]["current"]
            st.caption(f"{today.year - 1} entier : {_count(_known(year))}")
    said = [f"{text} en {year}" for (_, year), text in REFERENCES.items()]
    if person.profile is Profile.PUBLIC:
        st.caption(NOTE)
    st.caption(
        f"Du 1er janvier au {fr.day(today)}, contre les mêmes jours de {today.year - 1}. "
        f"Le plan d’activité de 2011 annonce : {', '.join(said)}."
    )


def _known(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _count(value: Any) -> str:
    known = _known(value)
    return HIDDEN if known is None else fr.number(known)


def compare(person: Viewer, question: Question) -> None:
    """Show a year against the one before: chart, then every count."""
    table = read(figures.table, viewer=person, question=question)
    if not (table["current"].fillna(1).any() or table["previous"].fillna(1).any()):
        st.info(f"Rien n’est compté en {question.year} ni en {question.year - 1}.")
        return
    said = f"{question.measure.label} selon : {question.dimension.label}"
    st.vega_lite_chart(figure_charts.compared(table, question), key="compare", alt=said)
    labels = {"label": question.dimension.label, "previous": str(question.year - 1),
              "current": str(question.year), "change": "Évolution"}  # fmt: skip
    shown = table.assign(
        change=[
            figure_rules.change(_known(before), _known(now))
            for before, now in zip(table["previous"], table["current"], strict=True)
        ],
        previous=[_count(value) for value in table["previous"]],
        current=[_count(value) for value in table["current"]],
    )
    frame.table(shown, labels, key="chiffres")
    notes = [_span(question), figure_rules.RULES[question.measure]]
    if question.measure.is_personal and person.profile is Profile.PUBLIC:
        notes.append(NOTE)
        st.caption(NOTE)
    if question.dimension is Dimension.THEME:
        what = "Un document" if question.measure is Measure.LOANS else "Une visite"
        st.caption(f"{what} de deux thèmes compte dans chacun : les lignes dépassent le total.")
    numbers = table.assign(change=shown["change"], **{
        name: table[name].astype(object).mask(table[f"{name}_hidden"], HIDDEN)
        for name in ("previous", "current")
    })  # fmt: skip
    outputs.offer(numbers, labels, title=f"{question.measure.label} {question.year}",
                  key="chiffres_sortie", notes=notes)  # fmt: skip


def _span(question: Question) -> str:
    first, last = question.days(question.year)
    return f"Du {fr.day(first)} au {fr.day(last)}, et les mêmes jours de {question.year - 1}."


def behind(person: Viewer, question: Question) -> None:
    """Let staff open the list behind a count of the year; it adds up to it."""
    table = read(figures.table, viewer=person, question=question)
    names = [label for label, count in zip(table["label"], table["current"], strict=True) if count]
    options: dict[str, object] = {NOTHING: ""} | {name: name for name in names}
    chosen = str(choices.pick("Voir la liste", options, "liste"))
    if not chosen:
        return
    rows = read(figures.behind, viewer=person, question=question, label=chosen)
    total = fr.number(int(rows["amount"].sum()))
    st.markdown(f"**{chosen}, {question.year} : {total}**")
    shown = rows.assign(day=[fr.day(day) for day in rows["day"]])
    frame.table(shown, BEHIND, key="derriere")
    outputs.offer(rows, BEHIND, title=f"Liste {chosen} {question.year}", key="derriere_sortie")


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
    st.caption(
        f"Titres qui se prêtent / prêts depuis le {fr.day(coverage.since(today))}, par thème et "
        "par âge ; plus c’est foncé, plus un titre est emprunté. Vide : aucun titre."
    )
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
    """Name what deserves to be looked at, each leading to the catalogue."""
    stale = [(theme, "", theme) for theme in coverage_rules.stale(table)]
    groups = {coverage_rules.Mark.STALE.label: stale}
    for mark in (coverage_rules.Mark.WANTED, coverage_rules.Mark.NEVER):
        rows = table[table["mark"] == mark.label].head(MOST_MARKS)
        groups[mark.label] = [
            (theme, age, f"{theme}, {age}")
            for theme, age in zip(rows["theme"], rows["age"], strict=True)
        ]
    for told, cells in groups.items():
        if cells:
            st.markdown(f"**{told[:1].upper()}{told[1:]}**")
        for theme, age, label in cells:
            st.page_link("pages/documentation/catalogue.py", label=label, icon=":material/search:",
                         query_params=_behind_cell(theme, age, today))  # fmt: skip


def _behind_cell(theme: str, age: str, today: date) -> dict[str, str]:
    """Return the address of the documents of a cell: its theme, and the years of its age."""
    first, last = coverage_rules.years(age, today_year=today.year) if age else (None, None)
    said = {"f_theme": theme if theme != coverage_rules.NO_THEME else "",
            "annee_de": str(first or ""), "annee_a": str(last or "")}  # fmt: skip
    return {name: value for name, value in said.items() if value}
