"""What a person is told of an appointment: a mail, and the entry for their calendar (RFC 5545).

The entry keeps its identifier when the time moves; its raised sequence tells calendars to move it.
"""

from datetime import datetime

from icalendar import Calendar, Event, Timezone

from core import fr
from core.fr import PARIS
from core.mail.operations import Draft
from core.people.models import Person
from core.welcome.models import Appointment
from core.welcome.motives import AppointmentState
from core.welcome.slots import Span

PRODUCT = "-//Ressources & Territoires//Rendez-vous//FR"
UID_DOMAIN = "ressources-territoires.invalid"
DECLINE = "decline"  # asked for, never confirmed: no calendar holds it
TITLE = "Rendez-vous au centre de documentation"
TEXTS = {
    "confirm": (
        "Rendez-vous confirmé : {day}",
        "Bonjour,\n\nVotre rendez-vous est confirmé : {day}, {hours}, {place}.{subject}\n\nSi vous "
        "ne pouvez pas venir, prévenez-nous : le créneau sera rendu.\n\n{sender}",
    ),
    "move": (
        "Rendez-vous déplacé : {day}",
        "Bonjour,\n\nVotre rendez-vous est déplacé. Il est maintenant : {day}, {hours}, {place}."
        "{subject}\n\n{sender}",
    ),
    "cancel": (
        "Rendez-vous annulé : {day}",
        "Bonjour,\n\nVotre rendez-vous du {day}, {hours}, est annulé.\n\nPour en prendre un autre, "
        "appelez le centre.\n\n{sender}",
    ),
    DECLINE: (
        "Rendez-vous demandé pour le {day}",
        "Bonjour,\n\nNous ne pourrons pas vous recevoir le {day}, {hours}, comme vous l’aviez "
        "demandé.\n\nPour un autre horaire, appelez le centre.\n\n{sender}",
    ),
}  # fmt: skip


def entry(row: Appointment, *, place: str, stamp: datetime) -> str:
    """Write an appointment as a calendar of one entry, its time zone included."""
    is_over = row.state == AppointmentState.CANCELLED.value
    is_asked = row.state == AppointmentState.ASKED.value
    event = Event()
    event.add("uid", row.ical_uid)
    event.add("sequence", row.version)
    event.add("dtstamp", stamp)
    event.add("summary", TITLE)
    event.add("status", "CANCELLED" if is_over else "TENTATIVE" if is_asked else "CONFIRMED")
    event.add("dtstart", row.starts_at.replace(tzinfo=PARIS))
    event.add("dtend", row.ends_at.replace(tzinfo=PARIS))
    event.add("location", row.place or place)
    if row.subject:
        event.add("description", row.subject)
    book = Calendar()
    for name, value in (("prodid", PRODUCT), ("version", "2.0"), ("method", method(row))):
        book.add(name, value)
    book.add_component(Timezone.from_tzid("Europe/Paris"))
    book.add_component(event)
    return bytes(book.to_ical()).decode()


def method(row: Appointment) -> str:
    return "CANCEL" if row.state == AppointmentState.CANCELLED.value else "PUBLISH"


def prefix(row: Appointment) -> str:
    """Return how the keys of an appointment's mails begin."""
    return f"rendez-vous:{row.id}:"


def mail(row: Appointment, person: Person, kind: str, *, place: str, now: datetime) -> Draft:
    """Return the mail of one gesture (a key of TEXTS) on an appointment, calendar attached."""
    subject, body = TEXTS[kind]
    said = {
        "day": fr.day(row.starts_at), "hours": Span(row.starts_at, row.ends_at).told,
        "place": row.place or place, "sender": f"{row.staff}\nRessources & Territoires",
        "subject": f"\n\nSujet : {row.subject}" if row.subject else "",
    }  # fmt: skip
    return Draft(
        key=f"{prefix(row)}{row.version}", batch="rendez-vous", recipient=person.email,
        recipient_name=f"{person.first_name} {person.last_name}".strip(),
        subject=subject.format(**said), body=body.format(**said),
        calendar="" if kind == DECLINE else entry(row, place=place, stamp=now),
        calendar_method="" if kind == DECLINE else method(row),
    )  # fmt: skip
