"""Small catalogues for the tests."""

from dataclasses import replace
from typing import Any

from core import db
from core.access import Role, Viewer, viewer_for
from core.documentation import search_queries, writing
from core.documentation.drafts import NoticeDraft
from core.documentation.search_queries import Found, Request
from tests.conftest import NOW

PUBLIC = viewer_for(Role.PUBLIC)
STAFF = viewer_for(Role.STAFF, name="Documentaliste")


def fill(*drafts: NoticeDraft) -> list[int]:
    """Write drafts in one unit of work; return their ids."""
    with db.writing("documentation") as session:
        return writing.write(session, [writing.Entry(draft) for draft in drafts], now=NOW).ids


def titled(*titles: str) -> list[int]:
    return fill(*(NoticeDraft(title=title) for title in titles))


def search(text: str = "", viewer: Viewer = PUBLIC, **request: Any) -> Found:
    with db.reading() as session:
        return search_queries.find(
            session,
            viewer,
            replace(Request(text=text), **request),
        )
