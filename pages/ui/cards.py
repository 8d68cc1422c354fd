"""The card of a territory beside the map, and the table of what the map shows."""

import pandas as pd
import streamlit as st

from core import fr
from core.access import Viewer
from core.observatory import charts, portraits, views
from core.observatory.enums import Level, Status
from core.observatory.portraits import TerritoryView
from core.observatory.scope import MapChoice
from core.observatory.views import MapView
from pages.ui import frame, living_map
from pages.ui.read import read


def search(person: Viewer, choice: MapChoice) -> None:
    """Find a territory by its name; the choice goes to the address."""
    names = read(views.search_names, viewer=person, level=choice.level)
    st.selectbox(
        "Chercher un territoire", list(names), index=None, key=f"recherche_{choice.level}",
        placeholder="Nom ou code, ou cliquez sur la carte", filter_mode="fuzzy",
        on_change=lambda: _found(choice.level, names),
    )  # fmt: skip


def _found(level: Level, names: dict[str, str]) -> None:
    name = st.session_state.get(f"recherche_{level}")
    if name:
        living_map.choose(level, names[name])


def territory_card(person: Viewer, choice: MapChoice, code: str) -> None:
    """Show the chosen territory: its figure, what it is worth, references, series, origin."""
    search(person, choice)
    if not code:
        st.caption("Cliquez sur un territoire pour voir sa fiche.")
        return
    view = read(portraits.territory_view, viewer=person, choice=choice, code=code)
    if view is None:
        st.warning(
            "Ce territoire n’existe pas à ce niveau, ou il n’est pas dans ceux que vous pouvez "
            "consulter. Cherchez-le par son nom, ou cliquez sur la carte."
        )
        return
    _identity(view)
    st.markdown(f"**{choice.period}** : {view.sentence}.")
    _comparison(view, choice)
    if view.rank:
        st.caption(view.rank)
    _references(view, choice)
    chart = charts.territory_series(view.series, view.card.name, choice)
    st.vega_lite_chart(chart, key="serie", alt=f"Évolution, {view.card.name}")
    _origin(view)


def _identity(view: TerritoryView) -> None:
    card = view.card
    parts = [card.level.label, card.code]
    if card.population is not None and card.vintage is not None:
        parts.append(f"{fr.number(card.population)} habitants ({card.vintage})")
    if card.density is not None:
        parts.append(f"{fr.number(card.density)} hab./km²")
    st.markdown(f"#### {frame.plain(card.name)}")
    st.caption(" · ".join(parts))


def _comparison(view: TerritoryView, choice: MapChoice) -> None:
    if view.comparison.difference is None:
        st.caption(f"Pas de comparaison possible avec {view.compared_with}.")
        return
    reading = view.comparison.reading
    variation = view.comparison.told(choice.noun, choice.unit)
    st.markdown(
        f"{reading.symbol} {variation} par rapport à {view.compared_with} – *{reading.label}*"
    )


def _references(view: TerritoryView, choice: MapChoice) -> None:
    table = view.references.assign(
        lieu=[
            name if name == level else f"{name} ({level.lower()})"
            for name, level in zip(view.references["name"], view.references["level"], strict=True)
        ],
        nombre=[
            _count(count, status)
            for count, status in zip(
                view.references["count"], view.references["status"], strict=True
            )
        ],
        taux=["–" if pd.isna(rate) else fr.number(rate, 1) for rate in view.references["rate"]],
    )
    labels = {"lieu": "Territoire", "nombre": choice.unit.capitalize(), "taux": "‰"}
    frame.table(table, labels, key="references")


def _count(count: object, status: int) -> str:
    if pd.isna(count):  # type: ignore[call-overload]  # a scalar that may be pd.NA
        return Status(status).label
    floor = "≥ " if status == Status.PARTIAL else ""
    return f"{floor}{fr.number(int(str(count)))}"


def _origin(view: TerritoryView) -> None:
    with st.expander("D’où vient ce chiffre ?"):
        if not view.origins:
            st.write("Somme de territoires ou chiffre absent : aucune ligne de fichier propre.")
            return
        lines = ", ".join(fr.number(origin.line) for origin in view.origins[:12])
        more = "" if len(view.origins) <= 12 else f" et {len(view.origins) - 12} autres"
        first = view.origins[0]
        sheet = f", feuille « {first.sheet} »" if first.sheet else ""
        st.write(
            f"Fichier « {frame.plain(first.file_name)} »{sheet}, ligne(s) {lines}{more}. "
            f"Importé le {fr.moment(first.imported_at)} par {frame.plain(first.author)}. "
            f"Empreinte : `{first.sha256[:16]}`."
        )


def figures_table(view: MapView) -> None:
    """Show the rows of the map as a table: masked and missing stay words, never zero."""
    shown = view.shown
    rows = shown.assign(
        statut=[Status(int(status)).label for status in shown["status"]],
        taux=shown["rate"].round(2),
    )
    labels = {"code": "Code", "name": "Territoire", "count": view.choice.unit.capitalize(),
              "statut": "Statut", "taux": "Taux ‰", "denominator": "Dénominateur"}  # fmt: skip
    frame.table(rows, labels, height=420, key="tableau_chiffres")
