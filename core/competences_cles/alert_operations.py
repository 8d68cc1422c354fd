"""Writes on alerts: evaluated as one, acknowledged, put to sleep, told once a week."""

import json
from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.competences_cles import alert_digest, alert_queries, alert_states
from core.competences_cles.alert_digest import Digest, Entry
from core.competences_cles.alert_rules import AlertCode
from core.competences_cles.alert_states import AlertState, Event, Key
from core.competences_cles.alert_subjects import Read, Subject
from core.competences_cles.follow_models import Alert, AlertEvent, AlertRun
from core.errors import DomainError
from core.mail import operations as mail
from core.mail.operations import Draft

DOMAIN = "competences_cles"
DOMAINS = ("competences_cles",)
REGION = "région"


def evaluate(session: Session, viewer: Viewer, *, today: date, now: datetime) -> int:
    """Take every alert to a day; return how many things are to be told.

    Called after an import, its undoing, a change of an order, and once a day. The same day and
    export twice changes nothing and tells nothing. A day before the last evaluation is read as
    that of the last evaluation: alerts do not go back in time.
    """
    last = alert_queries.last_run(session, viewer)
    day = today if last is None else max(today, last.evaluated_on)
    read, thresholds = alert_queries.readings(session, viewer, known_on=day)
    held = {(AlertCode(row.code), row.object_key): row for row in session.exec(select(Alert))}
    states = {key: alert_queries.state_of(row) for key, row in held.items()}
    after, told = alert_states.evaluate(
        states, {key: reading for key, (_, reading) in read.items()}, thresholds
    )
    _write(session, held, read, after)
    _tell(session, read, told, day)
    newest = max((one.import_id or 0 for _, one in read.values()), default=0) or None
    if last is None or (last.evaluated_on, last.import_id) != (day, newest):
        session.add(AlertRun(evaluated_on=day, import_id=newest, at=fr.stored(now)))
    session.flush()
    return sum(len(several) for several in told.values())


def _write(
    session: Session, held: dict[Key, Alert], read: Mapping[Key, Read],
    after: Mapping[Key, AlertState],
) -> None:  # fmt: skip
    """Write what changed: one row for a rule and an object, never two."""
    for key, state in after.items():
        row = held.get(key)
        subject = read[key][0] if key in read else None
        if row is None:
            if state == AlertState(import_id=state.import_id):
                continue  # nothing happened to it yet
            row = Alert(code=key[0].value, object_key=key[1], name="", phase=state.phase.value)
            held[key] = row
        _set(row, state, subject)
        session.add(row)
    session.flush()


def _set(row: Alert, state: AlertState, subject: Subject | None) -> None:
    values = vars(state) | {
        "phase": state.phase.value, "phase_before": state.phase_before.value,
        "reopened_on": json.dumps([day.isoformat() for day in state.reopened_on]),
    }  # fmt: skip
    if subject is not None:
        values |= {"name": subject.name, "ut_codes": " ".join(subject.uts)}
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _tell(
    session: Session, read: Mapping[Key, Read], told: Mapping[Key, tuple[Event, ...]], day: date
) -> None:
    """Keep every event, with the words it is told in."""
    ids = {(row.code, row.object_key): row.id or 0 for row in session.exec(select(Alert))}
    session.add_all(
        AlertEvent(
            alert_id=ids[code.value, key], kind=event.kind.value, channel=event.channel.value,
            level=event.level, told=event.told(code, read[code, key][0].name), happened_on=day,
        )
        for (code, key), events in told.items()
        for event in events
    )  # fmt: skip


def _alert(session: Session, alert_id: int) -> Alert:
    row = session.get(Alert, alert_id)
    if row is None:
        raise DomainError("Cette alerte n’existe plus : rechargez la page.")
    return row


def acknowledge(session: Session, viewer: Viewer, *, alert_id: int, now: datetime) -> None:
    """Take charge of an alert."""
    access.require(viewer, Right.EDIT_MARKET)
    row = _alert(session, alert_id)
    _set(row, alert_states.acknowledge(alert_queries.state_of(row), author=viewer.signature), None)
    session.add(row)
    journal.record(session, viewer, at=now, domain=DOMAIN, action="alerte prise en charge",
                   subject=_named(row))  # fmt: skip


def snooze(  # noqa: PLR0913  # what is on the form
    session: Session, viewer: Viewer, *, alert_id: int, reason: str, until: date, today: date,
    now: datetime,
) -> None:  # fmt: skip
    """Put an alert to sleep to the end of a day, for a reason."""
    access.require(viewer, Right.EDIT_MARKET)
    row = _alert(session, alert_id)
    asleep = alert_states.snooze(
        alert_queries.state_of(row), reason=reason.strip(), until=until, today=today
    )
    _set(row, asleep, None)
    session.add(row)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="alerte mise en sommeil",
        subject=_named(row), after={"valid_to": until.isoformat(), "reason": reason.strip()},
    )  # fmt: skip


def _named(row: Alert) -> str:
    return f"{AlertCode(row.code).label}, {row.name}"


def digests(session: Session, viewer: Viewer, *, today: date) -> list[Digest]:
    """Write the digest of each département as it would be told on a day."""
    access.require(viewer, Right.READ_MARKET)
    rows = session.exec(select(Alert)).all()
    entries = [
        Entry(ut, AlertCode(row.code), row.name, alert_queries.state_of(row))
        for row in rows
        for ut in row.ut_codes.split() or [REGION]
    ]
    return alert_digest.digests(entries, today=today)


def prepare_digests(
    session: Session, viewer: Viewer, *, recipients: str, today: date, now: datetime
) -> str:
    """Put the digests of the week in the outbox, one for each département and address.

    Asked for twice in a week, they are there once. ``recipients``: addresses, with a comma or a
    space between.
    """
    access.require(viewer, Right.EDIT_MARKET)
    addresses = recipients.replace(",", " ").replace(";", " ").split()
    if not addresses:
        raise DomainError("Donnez au moins une adresse à qui envoyer la synthèse.")
    year, week, _ = alert_states.weekly_digest_day(today).isocalendar()
    found = digests(session, viewer, today=today)
    drafts = [
        Draft(f"alertes:{year}-{week}:{one.ut}:{address.lower()}", f"alertes, semaine {week}",
              address.lower(), one.subject, body_of(one))
        for one in found
        for address in addresses
    ]  # fmt: skip
    count = mail.queue(session, drafts, now=now)
    if count:
        journal.record(session, viewer, at=now, domain=DOMAIN,
                       action="synthèse des alertes préparée", subject=f"semaine {week}",
                       after={"new": count})  # fmt: skip
    if not found:
        return "Aucune alerte à raconter cette semaine : rien à envoyer."
    if not count:
        return f"La synthèse de la semaine {week} est déjà dans la boîte d’envoi."
    return f"{fr.plural(count, 'courriel préparé', 'courriels préparés')} dans la boîte d’envoi."


def body_of(one: Digest) -> str:
    """Write a digest as the text of a mail."""
    parts = [f"{title}\n" + "\n".join(f"- {line}" for line in lines)
             for title, lines in one.headings]  # fmt: skip
    return "\n\n".join(parts)
