"""A search of the catalogue as a feed to subscribe to (RSS 2.0): what entered last comes first.

The address of the feed is that of the search; readers of feeds are nobody, and are given what is
public. The name of an entry is that of its notice for ever: nothing is announced twice.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

import sqlalchemy as sa
from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
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
NAME = "Catalogue de Ressources & Territoires"
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
    dates = {own: moment.replace(tzinfo=UTC) for own, moment in rows}
    channel = _channel(request, said, base_url)
    if dates:
        channel.lastBuildDate(max(dates.values()))
    for own, draft in queries.drafts_of(session, viewer, ids).items():
        channel.add_entry(_entry(own, draft, base_url, dates[own]), order="append")
    content: bytes = channel.rss_str()
    return content


def _channel(request: Request, said: Said, base_url: str) -> FeedGenerator:
    kept = urlencode({name: list(values) for name, values in said.items()}, doseq=True)
    asked = f" : {request.text}" if request.text.strip() else ""
    channel = FeedGenerator()
    channel.generator(NAME)
    channel.title(bibliography.typeset(f"{NAME}{asked}"))
    channel.description("Les derniers documents entrés au catalogue.")
    channel.language("fr")
    channel.link(href=f"{base_url}/catalogue.rss?{kept}", rel="self", type="application/rss+xml")
    channel.link(href=f"{base_url}/catalogue?{kept}", rel="alternate")  # the last is the page
    return channel


def _entry(own: int, draft: NoticeDraft, base_url: str, moment: datetime) -> FeedEntry:
    entry, told = FeedEntry(), (citations.citation(draft), draft.abstract)
    entry.title(bibliography.typeset(draft.title))
    entry.link(href=f"{base_url}/notice?notice={own}")
    entry.guid(f"ressources-territoires:notice:{own}", permalink=False)
    entry.pubDate(moment)
    entry.description(bibliography.typeset("\n".join(filter(None, told))))
    return entry
