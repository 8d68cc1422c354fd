"""Parts of the import of records: columns of a CSV, the report by record, the way back."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core import fr
from core.access import Viewer
from core.documentation import imports, record_files, tabular
from core.documentation.import_report import CatalogueReport
from pages.ui import frame, outputs

ENDINGS = ["mrc", "iso", "iso2709", "uni", "pan", "dat", "xml", "json", "ris", "bib", "csv", "txt"]
REPORT = "rapport_notices"
BY_RECORD = {"place": "Notice", "number": "Numéro", "title": "Titre", "fate": "Sort",
             "said": "Remarques"}  # fmt: skip
MAPPED_ENDINGS = (".csv", ".txt")


def check_and_apply(person: Viewer, file: Any, source: str) -> None:
    """Report what a file would do, and enter it when the reader says so."""
    mapping = _mapping(file)
    if mapping is not None and "title" not in mapping.values():
        st.info("Dites quelle colonne est le titre pour relire le fichier.")
        return
    key = (file.file_id, source, tuple(sorted((mapping or {}).items())))
    if st.session_state.get(REPORT, ((),))[0] != key:
        with frame.user_errors():
            report = _run(person, file, source, mapping, is_dry_run=True)
        st.session_state[REPORT] = (key, report, True)
    _, report, is_trial = st.session_state[REPORT]
    show(report, is_trial=is_trial)
    if not is_trial or report.is_refused or report.already:
        return
    if st.button("Importer ces notices", type="primary", key="importer_notices"):
        with frame.user_errors():
            report = _run(person, file, source, mapping, is_dry_run=False)
        st.session_state[REPORT] = (key, report, False)
        st.rerun()


def _mapping(file: Any) -> dict[str, str] | None:
    """Ask which column of a CSV is which field; None where the file says so by itself."""
    content = file.getvalue()
    if not file.name.lower().endswith(MAPPED_ENDINGS):
        return None
    if record_files.kind_of(content) not in {"", "csv"}:
        return None
    options = ["", *tabular.FIELDS]
    found: dict[str, str] = {}
    is_known = tabular.is_catalogue(content)
    with st.expander("Quelle colonne est quoi ?", expanded=not is_known):
        st.caption("Une colonne sans place est gardée telle quelle, sous son propre nom.")
        for rank, head in enumerate(tabular.headings(content)):
            chosen = st.selectbox(
                head or f"Colonne {rank + 1}", options, index=options.index(tabular.known(head)),
                format_func=_field_label, key=f"champ_{file.file_id}_{rank}",
            )  # fmt: skip
            found[head] = chosen
    return found


def _field_label(name: str) -> str:
    return tabular.FIELDS[name][0] if name else "– gardée telle quelle –"


def _run(
    person: Viewer, file: Any, source: str, mapping: Mapping[str, str] | None, *, is_dry_run: bool
) -> CatalogueReport:
    bar = st.progress(0.0, text="Lecture du fichier…")
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "notices"
            path.write_bytes(file.getbuffer())
            return imports.import_file(
                path, person, now=frame.clock(), source=source, name=file.name, mapping=mapping,
                is_dry_run=is_dry_run, progress=frame.teller(bar),
            )  # fmt: skip
    finally:
        bar.empty()


def show(report: CatalogueReport, *, is_trial: bool) -> None:
    """Say what was read or done: counts first, then what becomes of each record."""
    if report.already:
        st.info(report.already)
        return
    if report.is_refused:
        st.error("Aucune notice de ce fichier ne peut être importée : voyez les remarques.")
    elif is_trial:
        st.info("Relecture : rien n’est encore écrit.")
    else:
        st.success(f"Import n° {report.import_id} enregistré.")
    st.text("\n".join(report.counted()))
    rows = report.by_record()
    if rows.empty:
        return
    fates = rows["fate"].drop_duplicates().tolist()
    wanted = st.pills("Montrer", fates, key="sorts", selection_mode="multi")
    kept = rows[rows["fate"].isin(wanted)] if wanted else rows
    frame.table(kept, BY_RECORD, height=320, key="notices_lues")
    outputs.offer(rows, BY_RECORD, title="Rapport d’import de notices", key="rapport_import",
                  notes=report.counted())  # fmt: skip


def undo(person: Viewer, standing: pd.DataFrame) -> None:
    """Offer to take an import back, with what it did."""
    if standing.empty:
        return
    names = {
        int(own): f"N° {own} – {name}, {fr.plural(int(created), 'nouvelle')}"
        for own, name, created in standing[["id", "file_name", "created"]].itertuples(index=False)
    }
    with st.form("annuler_import", border=True):
        chosen = st.selectbox("Annuler un import", list(names), format_func=names.__getitem__,
                              key="import_a_annuler")  # fmt: skip
        st.caption(
            "Ce qu’il a créé s’en va, ce qu’il a changé redevient comme avant. C’est refusé si "
            "une de ses notices a été modifiée ou prêtée depuis."
        )
        if st.form_submit_button("Annuler cet import"):
            with frame.user_errors():
                gone, back = imports.undo(person, import_id=chosen, now=frame.clock())
            st.session_state.pop(REPORT, None)
            frame.tell(
                f"Import annulé : {fr.plural(gone, 'notice retirée', 'notices retirées')}, "
                f"{fr.plural(back, 'remise', 'remises')} comme avant."
            )
            st.rerun()
