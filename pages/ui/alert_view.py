"""Parts of the page of alerts: what each says and asks for, the silences, the weekly digest."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Right, Viewer, may
from core.competences_cles import alert_operations, alert_queries, alert_told, ut_map
from core.competences_cles.alert_queries import AlertView
from core.competences_cles.alert_rules import AlertCode
from core.competences_cles.alert_states import Phase
from core.competences_cles.alert_subjects import OperatorFacts
from core.competences_cles.follow_models import AlertRun
from pages.ui import choices, frame, outputs
from pages.ui.read import read

COLOURS = {Phase.OPEN: "red", Phase.ACKNOWLEDGED: "blue", Phase.RECOVERING: "green",
           Phase.SNOOZED: "gray", Phase.CLOSED: "gray"}  # fmt: skip
SCOPES: Mapping[str, object] = {"en cours": "open", "à traiter": "todo", "toutes": ""}
SHARED = {AlertCode.VIGILANCE, AlertCode.BLOCKING, AlertCode.UNDER_USE}
SILENT = {"operator": "Opérateur", "where": "Départements", "last": "Dernière nouveauté",
          "days": "Jours", "active": "Parcours actifs"}  # fmt: skip
EVENTS = {"day": "Le", "kind": "Événement", "told": "Dit ainsi"}


def keep_current(person: Viewer, today: date) -> None:
    """Evaluate once a day: time alone opens alerts (silence) and wakes those asleep."""
    run = read(alert_queries.last_run, viewer=person)
    if run is not None and run.evaluated_on >= today:
        return
    with db.writing(alert_operations.DOMAIN) as session:
        alert_operations.evaluate(session, person, today=today, now=frame.clock())
    st.rerun()


def chosen(every: Sequence[AlertView]) -> list[AlertView]:
    """Narrow the alerts by département, rule and state; each choice is in the address."""
    uts = {"Tous": ""} | {
        name: name for name in sorted({place for one in every for place in one.places})
    }
    codes = {"Toutes": ""} | {
        one.code.label: one.code for one in sorted(every, key=lambda one: one.code.value)
    }
    with st.container(horizontal=True, gap="small"):
        ut = choices.pick("Département", uts, "ut")
        code = choices.pick("Règle", codes, "regle")
        scope = choices.pick("Alertes", SCOPES, "alertes")
    return [
        one
        for one in every
        if (not ut or ut in one.places)
        and (not code or one.code == code)
        and (scope != "open" or one.state.is_open)
        and (scope != "todo" or one.state.phase is Phase.OPEN)
    ]


def state() -> dict[str, str]:
    """Return the choices as the address carries them, defaults left out."""
    defaults = {"ut": "Tous", "regle": "Toutes", "alertes": "en cours"}
    return {
        name: str(st.session_state[name])
        for name, default in defaults.items()
        if st.session_state.get(name, default) != default
    }


def headline(every: Sequence[AlertView], today: date) -> str:
    """Answer the question of the page: is there something to act on?"""
    awake = [one for one in every if one.state.phase is Phase.OPEN]
    if not awake:
        held = sum(one.state.is_open for one in every)
        follow = f" ; {fr.plural(held, 'alerte suivie', 'alertes suivies')}" if held else ""
        return f"Aucune alerte à traiter au {fr.day(today)}{follow}."
    grave = sum(one.state.level > 1 for one in awake)
    text = fr.plural(len(awake), "alerte à traiter", "alertes à traiter")
    return f"{text}, dont {fr.plural(grave, 'grave', 'graves')}." if grave else f"{text}."


def evaluated(run: AlertRun) -> str:
    export = "avec le dernier export appliqué" if run.import_id else "sans aucun export"
    return (
        f"Évaluées le {fr.day(run.evaluated_on)}, {export}. Une alerte s’ouvre à un seuil et se "
        "ferme à un autre, plus bas : elle ne clignote pas."
    )


def count(person: Viewer) -> None:
    """Link the alerts to act on, where there are some and the viewer may see them."""
    if not may(person, Right.READ_MARKET):
        return
    waiting = read(alert_queries.open_count, viewer=person)
    if waiting:
        label = fr.plural(waiting, "alerte Compétences Clés", "alertes Compétences Clés")
        todo = "à traiter" if may(person, Right.EDIT_MARKET) else "en cours"
        st.page_link("pages/competences_cles/alertes.py", label=f"{label} {todo}",
                     icon=":material/notifications:")  # fmt: skip


def cards(person: Viewer, kept: Sequence[AlertView], today: date) -> None:
    """Show the alerts two by two, one by one on a phone."""
    for start in range(0, len(kept), 2):
        columns = st.columns(2, gap="small")
        for column, one in zip(columns, kept[start : start + 2], strict=False):
            with column:
                card(person, one, today)


def card(person: Viewer, one: AlertView, today: date) -> None:
    """Show an alert: what it sees, since when, what to do, and the gestures of staff."""
    with st.container(border=True, height="stretch", gap="xsmall"):
        colour, phase = COLOURS[one.state.phase], one.state.phase.label
        grave = " :red-badge[grave]" if one.state.is_open and one.state.level > 1 else ""
        shaky = " :gray-badge[instable]" if one.state.is_unstable(today) else ""
        st.markdown(
            f":{colour}-badge[{phase}]{grave}{shaky} **{one.code.label[:1].upper()}"
            f"{one.code.label[1:]}** – {frame.plain(one.name)}"
        )
        advice = f" {one.advice}" if one.state.is_open else ""
        if one.told:
            st.markdown(f"{frame.plain(one.told[:1].upper() + one.told[1:])}.{advice}")
        st.caption(_since(one))
        if one.state.is_open:
            _ways(one)
            if may(person, Right.EDIT_MARKET):
                _gestures(person, one, today)


def _since(one: AlertView) -> str:
    held = one.state
    parts = [f"Ouverte le {fr.day(held.opened_on)}"] if held.opened_on else []
    parts += [f"fermée le {fr.day(held.closed_on)}"] if held.closed_on and not held.is_open else []
    parts += [f"suivie par {frame.plain(held.acknowledged_by)}"] if held.acknowledged_by else []
    if held.phase is Phase.SNOOZED and held.snoozed_until is not None:
        reason = frame.plain(held.snooze_reason)
        parts.append(f"en sommeil jusqu’au {fr.day(held.snoozed_until)} : {reason}")
    return ", ".join(parts) + "."


def _ways(one: AlertView) -> None:
    """Link what helps to act on an alert."""
    folder = "pages/competences_cles"
    with st.container(horizontal=True, gap="medium"):
        if one.number:
            query = {"ut": one.places[0], "bons": "tous", "bon": f"{one.number} – {one.places[0]}"}
            st.page_link(f"{folder}/suivi.py", label="Voir le bon", query_params=query)
        if one.code in SHARED:
            st.page_link(f"{folder}/reallocation.py", label="Répartir autrement")
        if one.code is AlertCode.QUALITY and frame.can(Right.EDIT_MARKET):
            st.page_link(f"{folder}/import_rosace.py", label="Voir les exports")


def _gestures(person: Viewer, one: AlertView, today: date) -> None:
    with st.container(horizontal=True, gap="small"):
        if one.state.phase is Phase.OPEN and st.button("Je m’en occupe", key=f"acquitter_{one.id}"):
            with frame.user_errors(), db.writing(alert_operations.DOMAIN) as session:
                alert_operations.acknowledge(session, person, alert_id=one.id, now=frame.clock())
            frame.tell(f"Alerte prise en charge : {one.name}.")
            st.rerun()
        _sleep(person, one, today)
        history = st.popover("Histoire", key=f"histoire_{one.id}", on_change="rerun")
    if history.open:
        with history:
            table = read(alert_queries.events, viewer=person, alert_id=one.id)
            days = [fr.day(day) for day in table["happened_on"]]
            frame.table(table.assign(day=days), EVENTS, key=f"evenements_{one.id}")


def _sleep(person: Viewer, one: AlertView, today: date) -> None:
    box = st.popover("Sommeil", key=f"sommeil_{one.id}", on_change="rerun")
    if not box.open:
        return
    with box, st.form(f"dormir_{one.id}", border=False):
        reason = st.text_input("Motif")
        until = st.date_input("Jusqu’au", value=today + timedelta(days=14), format="DD/MM/YYYY")
        if not st.form_submit_button("Mettre en sommeil", type="primary"):
            return
        end = until if isinstance(until, date) else today
        with frame.user_errors(), db.writing(alert_operations.DOMAIN) as session:
            alert_operations.snooze(session, person, alert_id=one.id, reason=reason or "",
                                    until=end, today=today, now=frame.clock())  # fmt: skip
        frame.tell(f"Alerte en sommeil jusqu’au {fr.day(end)}.")
        st.rerun()


def silences(person: Viewer, today: date) -> None:
    """Show who has not declared, where, and for how long: a map and a table."""
    operators = read(alert_queries.operator_facts, viewer=person, known_on=today)
    st.markdown("#### Silences")
    if not operators:
        st.info("Aucun opérateur n’a de bon en cours.")
        return
    left, right = st.columns(2, gap="medium")
    with left:
        st.vega_lite_chart(ut_map.silence_map(_longest(operators, today)), key="carte_silences",
                           alt="Carte des silences, par département")  # fmt: skip
    with right:
        table = _as_table(operators, today)
        frame.table(table, SILENT, key="silences")
        outputs.offer(table, SILENT, title="Silences des opérateurs", key="silences_sortie")


def _longest(operators: Sequence[OperatorFacts], today: date) -> dict[str, tuple[str, int | None]]:
    """Return, by département, the active operator that has been silent longest."""
    found: dict[str, tuple[str, int | None]] = {}
    for one in sorted(operators, key=lambda one: one.last_data_on or date.min, reverse=True):
        if one.active:
            found |= {ut: (one.name, one.silent_days(today)) for ut in one.uts}
    return found


def _as_table(operators: Sequence[OperatorFacts], today: date) -> pd.DataFrame:
    rows = [
        (one.name, ", ".join(one.uts), fr.day(one.last_data_on) if one.last_data_on else "jamais",
         one.silent_days(today), alert_told.few(one.active, "parcours", "parcours"))
        for one in sorted(operators, key=lambda one: one.last_data_on or date.min)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["operator", "where", "last", "days", "active"])


def digest(person: Viewer, today: date) -> None:
    """Show the week's digest as it would leave, and put it in the outbox."""
    with st.expander("Synthèse hebdomadaire"):
        for one in read(alert_operations.digests, viewer=person, today=today):
            st.markdown(f"**{frame.plain(one.subject)}**")
            for title, lines in one.headings:
                said = "".join(f"\n- {frame.plain(line)}" for line in lines)
                st.markdown(f"{title}{said}")
        with st.form("synthese", border=False):
            to = st.text_input("Envoyer à", placeholder="prenom.nom@exemple.fr, …")
            submitted = st.form_submit_button("Préparer les courriels")
        if not submitted:
            return
        with frame.user_errors(), db.writing(alert_operations.DOMAIN, "mail") as session:
            said = alert_operations.prepare_digests(session, person, recipients=to or "",
                                                    today=today, now=frame.clock())  # fmt: skip
        frame.tell(said)
        st.rerun()
