"""The only place where the application caches: reads of the store, keyed by its revisions."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from core import db

T = TypeVar("T")
REVISIONS = "_revisions"


def read(query: Callable[..., T], **filters: Any) -> T:
    """Run a query of core, or give its result again while its domains were not written.

    The key holds the query, the store, the revision of each domain that the query's module
    names in ``DOMAINS``, and the filters, the viewer among them. A filter given with a leading
    underscore is passed on without it and is not in the key: what the others decide alone.
    """
    domains: tuple[str, ...] = sys.modules[query.__module__].DOMAINS
    url = db.database_url()
    revisions = st.session_state.get(REVISIONS) or _revisions(url)
    seen = tuple(revisions.get(domain, 0) for domain in domains)
    name = f"{query.__module__}.{query.__qualname__}"
    result: T = _read(query, name, url, seen, **filters)
    return result


def begin() -> None:
    """Look at the revisions once for the whole rerun: all its reads tell the same truth."""
    st.session_state[REVISIONS] = _revisions(db.database_url())


def _revisions(url: str) -> dict[str, int]:
    with db.reading(url) as session:
        return db.revisions(session)


@st.cache_data(ttl="1h", max_entries=512, show_spinner=False)
def _read(
    _query: Callable[..., Any], name: str, url: str, seen: tuple[int, ...], **filters: Any
) -> Any:
    with db.reading(url) as session:
        return _query(session, **{name.removeprefix("_"): kept for name, kept in filters.items()})
