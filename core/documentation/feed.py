"""A search of the catalogue as a feed to subscribe to (RSS 2.0): what entered last comes first.

The address of the feed is that of the search; readers of feeds are nobody, and are given what is
public. The name of an entry is that of its notice for ever: nothing is announced twice.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC
from email.utils import format_datetime
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import sqlalchemy as sa
from sqlmodel import Session

from core.access import Viewer
from core.db import table_of
from core.documentation import bibliography, citations, facet_queries, queries, search_queries
from core.documentation.drafts import NoticeDraft
from core.documentation.enums import Facet
from core.documentation.facets import Selection
from core.documentation.models import Notice
from core.documentation.ranking import Order
from core.documentation.search_queries import Request

DOMAINS = ("documentation", "territories")
OUT, FROM, UNTIL = "sauf", "annee_de", "annee_a"
WITHOUT, WIDE = "sans", "large"
MOST = 50
ATOM = "http://www.w3.org/2005/Atom"
Said = Mapping[str, Sequence[str]]


def key_of(facet: Facet) -> str:
    """Return the name by which the address of a search carries a facet."""
    return f"f_{facet.value}"


def year(text: str) -> int | None:
    """Return the year that an address says, None for anything else."""
    return int(text) if len(text) == 4 and text.isascii() and text.isdecimal() else None


def request_of(session: Session, viewer: Viewer, said: Said) -> Request:
    """Return the search that an address says; a filter unknown to the catalogue finds nothing."""
    counts = search_queries.find(session, viewer, Request()).counts

    def numbers(facet: Facet, labels: Sequence[str]) -> tuple[int, ...]:
        found = facet_queries.numbers_of(session, facet=facet, labels=labels, counts=counts)
        return tuple(number for label in labels for number in found.get(label, (-1,)))

    chosen = {facet: numbers(facet, said[key_of(facet)])
              for facet in Facet if said.get(key_of(facet))}  # fmt: skip
    out = {
        facet: numbers(facet, labels)
        for facet in Facet
        if (labels := [text.partition(":")[2] for text in said.get(OUT, ())
                       if text.partition(":")[0] == facet.value])
    }  # fmt: skip
    span = (year(_one(said, FROM)), year(_one(said, UNTIL)))
    left = tuple(int(one[:9]) for one in said.get(WITHOUT, ()) if one.isascii() and one.isdecimal())
    return Request(
        _one(said, "q"), Selection(chosen, out, *span), left, Order.ADDED, size=MOST,
        is_wide=_one(said, WIDE) == "oui",
    )  # fmt: skip


def _one(said: Said, name: str) -> str:
    return next(iter(said.get(name, ())), "")


def written(session: Session, viewer: Viewer, *, said: Said, base_url: str) -> bytes:
    """Return the newest notices of a search as a feed."""
    request = request_of(session, viewer, said)
    ids = search_queries.all_ids(session, viewer, request)[:MOST]
    notice = table_of(Notice)
    rows = session.connection().execute(
        sa.select(notice.c.id, notice.c.created_at).where(notice.c.id.in_(ids))
    )
    dates = {own: format_datetime(moment.replace(tzinfo=UTC)) for own, moment in rows}
    kept = urlencode({name: list(values) for name, values in said.items()}, doseq=True)
    root = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM})
    channel = ET.SubElement(root, "channel")
    asked = f" : {request.text}" if request.text.strip() else ""
    _add(channel, "title", f"Catalogue de Ressources & Territoires{asked}")
    _add(channel, "link", f"{base_url}/catalogue?{kept}")
    _add(channel, "description", "Les derniers documents entrés au catalogue.")
    _add(channel, "language", "fr")
    ET.SubElement(channel, "atom:link", {"rel": "self", "type": "application/rss+xml",
                                         "href": f"{base_url}/catalogue.rss?{kept}"})  # fmt: skip
    for own, draft in queries.drafts_of(session, viewer, ids).items():
        _entry(channel, own, draft, base_url, dates[own])
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _entry(channel: ET.Element, own: int, draft: NoticeDraft, base_url: str, date: str) -> None:
    entry = ET.SubElement(channel, "item")
    _add(entry, "title", draft.title)
    _add(entry, "link", f"{base_url}/notice?notice={own}")
    guid = ET.SubElement(entry, "guid", {"isPermaLink": "false"})
    guid.text = f"ressources-territoires:notice:{own}"
    _add(entry, "pubDate", date)
    _add(entry, "description", "\n".join(filter(None, (citations.citation(draft), draft.abstract))))


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = bibliography.typeset(text)
