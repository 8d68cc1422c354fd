"""Parts of the page of a committee: the answer, versions made, the form that makes one, curves."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Right, Viewer, may
from core.competences_cles import market_charts, pack_whole, packs, portrait
from core.competences_cles.note_figures import FigureKey
from core.competences_cles.packs import Made, Request
from core.competences_cles.portrait import Portrait
from pages.ui import frame, outputs
from pages.ui.read import read

SHOWN = (FigureKey.ORDERED, FigureKey.CONSUMED, FigureKey.COMMITTED, FigureKey.AVAILABLE)
VERSIONS = {
    "version": "Version", "known": "Données connues au", "made": "Préparée le",
    "author": "Par", "short": "Empreinte du PDF",
}  # fmt: skip


def choose_place(places: Mapping[str, str]) -> str:
    """Choose a département; the address carries its code."""
    codes = list(places)
    wanted = st.query_params.get("ut", "")
    chosen = st.selectbox(
        "Département", codes, index=codes.index(wanted) if wanted in codes else 0,
        format_func=lambda code: f"{places[code]} ({code})", key="ut_du_comite",
    )  # fmt: skip
    if wanted and wanted != chosen:
        st.query_params.pop("version", None)
    st.query_params["ut"] = chosen
    return chosen


def answer(found: Portrait) -> None:
    """Say first whether the orders will last and what to decide, then how old the data are."""
    st.markdown(f"**{frame.plain(portrait.summary(found))}**")
    if found.is_old:
        st.warning(
            f"L’export date du {fr.day(found.coverage.extracted_on)} : un dossier préparé "
            "maintenant le dira. Importez le dernier export d’abord.",
            icon=":material/history:",
        )
    figures = portrait.figures(found)
    st.markdown(" · ".join(f"{key.label} **{figures[key].written()}**" for key in SHOWN))
    asked = packs.proposed(found)
    st.markdown("**À décider**" if asked else "Rien à décider d’après les prévisions.")
    st.markdown("\n".join(f"- {frame.plain(text)}" for text in asked))
    st.caption(frame.plain(found.coverage.told()))


def versions(person: Viewer, ut: str, made: Sequence[Made]) -> str:
    """Offer the files of a version, the one of the address or the last; return it."""
    if not made:
        st.info("Aucun dossier pour ce département." + (
            " Préparez le premier ci-dessous." if may(person, Right.EDIT_MARKET) else
            " Un agent du centre le prépare avant le comité."))  # fmt: skip
        return ""
    numbers = [one.version for one in made]
    wanted = st.query_params.get("version", "")
    rank = numbers.index(int(wanted)) if wanted.isdecimal() and int(wanted) in numbers else 0
    if wanted and str(numbers[rank]) != wanted:
        st.warning(f"La version {frame.plain(wanted)} n’existe pas : voici la dernière.")
    chosen = st.selectbox(
        "Version", numbers, index=rank, key=f"version_{ut}_{numbers[0]}",
        format_func=lambda number: f"Version {number}",
    )  # fmt: skip
    st.query_params["version"] = str(chosen)
    one = made[numbers.index(chosen)]
    st.markdown(
        f"Version {one.version}, données connues au {fr.day(one.known_on)}, préparée le "
        f"{fr.moment(one.made_at)} par {frame.plain(one.author)}, empreinte `{one.short}`"
    )
    _downloads(person, ut, one)
    if len(made) > 1:
        rows = [(one.version, fr.day(one.known_on), fr.moment(one.made_at), one.author, one.short)
                for one in made]  # fmt: skip
        frame.table(pd.DataFrame(rows, columns=list(VERSIONS)), VERSIONS, key="versions")
    return str(chosen)


def _downloads(person: Viewer, ut: str, one: Made) -> None:
    def file(rank: int) -> bytes:
        wanted = {"viewer": person, "ut_code": ut, "version": one.version}
        return read(packs.kept_files, **wanted)[rank]

    stem = f"comite-{ut}-version-{one.version}"
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "PDF (deux pages)", lambda: file(0), file_name=f"{stem}.pdf", mime="application/pdf",
            on_click="ignore", icon=":material/picture_as_pdf:", key="dossier_pdf",
        )  # fmt: skip
        st.download_button(
            "XLSX (les chiffres)", lambda: file(1), file_name=f"{stem}.xlsx", mime=outputs.XLSX,
            on_click="ignore", icon=":material/table_view:", key="dossier_xlsx",
        )  # fmt: skip


def preparation(person: Viewer, found: Portrait, made: Sequence[Made]) -> None:
    """Make a version, by staff: the day of the committee, and what it is asked to decide."""
    if not may(person, Right.EDIT_MARKET):
        return
    number = made[0].version + 1 if made else 1
    with st.form("dossier", enter_to_submit=False):
        day = st.date_input("Date du comité", value=frame.today(), format="DD/MM/YYYY")
        text = st.text_area(
            "Décisions demandées au comité, une par ligne",
            value="\n".join(packs.proposed(found)), height=120,
            help="Proposées d’après les prévisions : corrigez, retirez, ajoutez.",
        )  # fmt: skip
        submitted = st.form_submit_button(f"Préparer la version {number}", type="primary")
    if not submitted:
        return
    committee = day if isinstance(day, date) else frame.today()
    request = Request(found.code, committee, tuple((text or "").splitlines()))
    with frame.user_errors(), db.writing(packs.DOMAIN) as session:
        prepared = packs.prepare(session, person, request, known_on=frame.today(),
                                 now=frame.clock())  # fmt: skip
    st.query_params["version"] = str(prepared.version)
    frame.tell(
        f"Version {prepared.version} préparée : elle ne changera plus."
        if prepared.is_new
        else f"Rien n’a changé depuis la version {prepared.version} : c’est elle qui vaut."
    )
    st.rerun()


def curves(found: Portrait) -> None:
    """Show the curves and the months that the first page of the pack prints."""
    view = found.whole
    if view is None:
        st.info("Aucun bon de commande en cours dans ce département.")
        return
    left, right = st.columns(2, gap="medium")
    with left:
        st.vega_lite_chart(market_charts.burn_up(packs.curves(found)), key="courbe_comite",
                           alt=f"Commandé, consommé et attendu, {found.name}")  # fmt: skip
    with right:
        months = view.pace.months
        foreseen = pack_whole.foreseen_by_month(view.plan, [one.period for one in months])
        st.vega_lite_chart(
            market_charts.monthly_bars(months, foreseen=foreseen), key="mois_comite",
            alt=f"Heures par mois, déclarées et encore attendues, {found.name}",
        )  # fmt: skip
    for note in [*view.pace.notes, view.share.told(), f"Région : {found.back_test}"]:
        st.markdown(f"- {frame.plain(note)}")
