"""A file on its way in: checked first, applied on a second press, its report on the screen."""

import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from core import settings as configuration
from core.access import Viewer
from core.observatory import imports
from core.observatory.intake.report import ImportReport
from pages.ui import frame

REPORT = "rapport"
FETCHED = "fichier_recu"


def check_and_apply(person: Viewer, file: Any) -> None:
    """Check an uploaded file at once; write it when the reader says so."""
    key = f"{file.file_id}"
    if st.session_state.get(REPORT, ("",))[0] != key:
        with frame.user_errors():
            st.session_state[REPORT] = (key, _run(person, file, is_dry_run=True), True)
    _, report, is_trial = st.session_state[REPORT]
    show(report, is_trial=is_trial)
    if _is_wanted(report, is_trial=is_trial, key="enregistrer"):
        with frame.user_errors():
            st.session_state[REPORT] = (key, _run(person, file, is_dry_run=False), False)
        st.rerun()


def _is_wanted(report: ImportReport, *, is_trial: bool, key: str) -> bool:
    """Offer to write what was checked; say whether the reader just asked for it."""
    if not is_trial or report.is_refused or report.already:
        return False
    return st.button("Enregistrer ces chiffres", type="primary", key=key)


def _run(person: Viewer, file: Any, *, is_dry_run: bool) -> ImportReport:
    with tempfile.TemporaryDirectory(dir=_folder()) as folder:
        path = Path(folder) / "fichier"
        path.write_bytes(file.getbuffer())
        return _with_progress(person, path, name=file.name, is_dry_run=is_dry_run)


def _folder() -> Path:
    folder = configuration.VAR / "recus"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _with_progress(person: Viewer, path: Path, *, name: str, is_dry_run: bool) -> ImportReport:
    bar = st.progress(0.0, text="Lecture et contrôle du fichier…")
    try:
        return imports.import_file(
            path, person, now=frame.now(), name=name, is_dry_run=is_dry_run,
            progress=frame.teller(bar),
        )  # fmt: skip
    finally:
        bar.empty()


def show(report: ImportReport, *, is_trial: bool) -> None:
    """Show a report: what happened first, then each fault with its line."""
    lines = report.sentences()
    if report.already:
        st.info(report.already)
    elif report.is_refused:
        st.error(lines[1])
        st.text("\n".join([lines[0], *lines[2:]]))
    else:
        (st.info if is_trial else st.success)(
            "Contrôle réussi : rien n’est encore enregistré." if is_trial else "Import enregistré."
        )
        st.text("\n".join(lines))


def download(person: Viewer, source: str) -> None:
    """Fetch a file by its address, with its progress, then check it."""
    bar = st.progress(0.0, text="Téléchargement…")
    with frame.user_errors():
        path = imports.download(
            source, person, folder=_folder(),
            progress=frame.teller(bar),
        )  # fmt: skip
        bar.empty()
        report = _with_progress(person, path, name=path.name, is_dry_run=True)
    st.session_state[FETCHED] = (str(path), report, True)


def apply_downloaded(person: Viewer) -> None:
    """Show the report of a fetched file, and write it when the reader says so."""
    if FETCHED not in st.session_state:
        return
    path, report, is_trial = st.session_state[FETCHED]
    show(report, is_trial=is_trial)
    if _is_wanted(report, is_trial=is_trial, key="enregistrer_recu"):
        with frame.user_errors():
            written = _with_progress(person, Path(path), name=Path(path).name, is_dry_run=False)
        Path(path).unlink(missing_ok=True)
        st.session_state[FETCHED] = (path, written, False)
        st.rerun()
