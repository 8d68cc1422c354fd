"""After a session: its figures, each with its list; attestations, opinions, participants' file."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import db, documents, fr
from core.access import Right, Viewer, may
from core.training import (
    certificates,
    followup,
    followup_queries,
    notices,
    presence,
    statistics,
)
from core.training.queries import SessionCard
from pages.ui import frame, outputs
from pages.ui.read import read


def show(person: Viewer, card: SessionCard) -> None:
    """Show what came of it; staff also issue what follows."""
    training_id = card.training.id or 0
    found = read(statistics.session_figures, viewer=person, training_id=training_id)
    _figures(found)
    if not may(person, Right.EDIT_ACTIVITY):
        return
    _lists(person, training_id)
    _certificates(person, card)
    _opinions(person, card, found.opinions)
    _file(person, card)


def rate(ratio: presence.Ratio, digits: int = 1) -> str:
    """Say a rate with its numerator and denominator; a dash where it has no value."""
    if ratio.value is None:
        return "–"
    numbers = f"{_count(ratio.numerator)} / {_count(ratio.denominator)}"
    return f"{fr.percent(ratio.value, digits)} ({numbers})"


def _count(value: float) -> str:
    return fr.number(value, 0 if float(value).is_integer() else 1)


def _figures(found: statistics.SessionFigures) -> None:
    made = found.figures
    if not made.entry.denominator:
        st.info("Aucune présence n’est encore saisie.")
        return
    if made.is_grey:
        st.warning(
            f"Saisie incomplète : {rate(made.entry)}. Le taux de présence est à lire avec prudence."
        )
    tiles = (
        ("Taux de présence", rate(made.attendance)),
        ("Hors excusés", rate(made.without_excused)),
        ("Saisie", rate(made.entry)),
        ("Participants", fr.number(made.participants)),
        ("Heures-stagiaires", _count(made.stagiaire_hours)),
        ("Jours-participants", _count(made.participant_days)),
        ("Remplissage à l’ouverture", _filling(found.filling)),
        ("Remplissage réel", _filling(found.real_filling)),
        ("Abandons", rate(made.dropouts)),
        ("Désistements", rate(found.cancelled_after)),
        ("Satisfaction moyenne", _mean(found.opinions)),
        ("Réponses au questionnaire", rate(found.opinions.response)),
    )
    columns: Sequence[DeltaGenerator] = ()
    for rank, (label, value) in enumerate(tiles):
        if rank % 4 == 0:  # a row at a time: a phone stacks columns
            columns = st.columns(4, gap="small")
        with columns[rank % 4].container(border=True):
            st.caption(label)
            st.markdown(f"**{value}**")


def _filling(ratio: presence.Ratio) -> str:
    is_over = ratio.value is not None and ratio.value > 1
    return rate(ratio) + (" :red-badge[au-delà de la capacité]" if is_over else "")


def _mean(found: presence.OpinionFigures) -> str:
    if found.mean is None:
        return f"– (moins de {presence.FEW_OPINIONS} réponses)"
    return f"{fr.number(found.mean, 1)} / 5"


def _lists(person: Viewer, training_id: int) -> None:
    with st.expander("Voir la liste : la situation de chacun"):
        table = read(followup_queries.participants, viewer=person, training_id=training_id)
        labels = {"name": "Nom", "structure": "Structure", "presents": "Présent",
                  "absents": "Absent", "excused": "Excusé", "unknown": "Non saisi",
                  "so_far": "À ce jour", "whole": "Sur l’ensemble", "at_best": "Au mieux",
                  "hours": "Heures"}  # fmt: skip
        frame.table(table, labels, key="participants")
        outputs.offer(table, labels, title="Présences", key="participants_sortie")


def _certificates(person: Viewer, card: SessionCard) -> None:
    training_id = card.training.id or 0
    table = read(followup_queries.certificates, viewer=person, training_id=training_id)
    with st.expander(f"Attestations : {len(table)}"):
        if st.button("Délivrer les attestations"):
            with frame.user_errors(), db.writing("training") as session:
                certificates.issue_certificates(
                    session, person, training_id=training_id, now=frame.clock()
                )
            st.rerun()
        if table.empty:
            st.caption("Une attestation par personne présente au moins une demi-journée.")
            return
        frame.table(table, {"number": "N°", "name": "Nom", "duration": "Durée",
                            "issued": "Délivrée le"}, key="attestations")  # fmt: skip
        st.download_button(
            "Toutes les attestations (PDF)", lambda: _certificates_pdf(person, card),
            mime="application/pdf", on_click="ignore",
            file_name=f"attestations-{outputs.stem(card.training.title)}.pdf",
        )  # fmt: skip


def _certificates_pdf(person: Viewer, card: SessionCard) -> bytes:
    table = read(followup_queries.certificates, viewer=person, training_id=card.training.id or 0)
    common = {
        "title": card.training.title, "date": card.block.told(),
        "place": card.training.place_text or card.territory,
    }  # fmt: skip
    certificates = [
        common | {name: str(value) for name, value in row.items()}
        for row in table.to_dict("records")
    ]
    return documents.pdf("attestation", {"banner": outputs.banner(), "certificates": certificates})


def _opinions(person: Viewer, card: SessionCard, found: presence.OpinionFigures) -> None:
    with st.expander("Questionnaire de satisfaction"):
        st.caption(
            f"Anonyme : rien n’est lu sous {presence.FEW_OPINIONS} réponses. Reçues : "
            f"{found.answers}."
        )
        if st.button("Préparer les courriels du questionnaire"):
            with frame.user_errors(), db.writing(*notices.DOMAINS) as session:
                report = notices.prepare_questionnaires(
                    session, person, training_id=card.training.id or 0, base_url=frame.site(),
                    now=frame.clock(),
                )  # fmt: skip
            outputs.tell_prepared(report.prepared, report.without_address)
            st.rerun()
        links = read(
            followup_queries.opinion_links, viewer=person, training_id=card.training.id or 0
        )
        if not links.empty:
            shown = links.assign(
                link=[f"{frame.site()}/avis?q={token}" for token in links["token"]]
            )
            frame.table(shown, {"name": "Nom", "link": "Lien personnel"}, key="liens_avis")


def _file(person: Viewer, card: SessionCard) -> None:
    training_id = card.training.id or 0
    with st.expander("Dossier du participant"):
        st.caption("Programme et liste de ceux qui ont accepté d’y figurer.")
        if st.button("Établir le dossier"):
            with frame.user_errors(), db.writing("training") as session:
                version = followup.make_participant_file(
                    session, person, training_id=training_id, now=frame.clock()
                )
            frame.tell(f"Dossier, version {version}.")
            st.rerun()
        last = read(followup_queries.last_file, viewer=person, training_id=training_id)
        if last is not None:
            st.download_button(
                f"Dossier, version {last.version} (PDF)", lambda: documents.pdf(
                    "dossier", last.content | {"version": last.version, "made": last.made,
                                               "banner": outputs.banner()}),
                mime="application/pdf", on_click="ignore",
                file_name=f"dossier-{training_id}-v{last.version}.pdf",
            )  # fmt: skip
