"""What every page shows the same way: who looks, a title, the link, errors, tables."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import fr, links, settings
from core.access import Right, Role, Viewer, may, require, viewer_for
from core.errors import DomainError
from core.instance import queries as instance_queries
from core.instance.models import Mode
from core.observatory import queries as observatory_queries
from pages.ui.read import read

# What Markdown reads as its own anywhere, at the beginning of a line, and as a sign or picture.
MARKDOWN = re.compile(r"([\\`*_\[\]~$<]|&(?=#?\w+;))")
LINE_START = re.compile(
    r"^[ \t]*(?:(?=[#>+=-])|(\d{1,9})(?=[.)](?:\s|$)))|^[ \t]{4,}", re.MULTILINE
)
PICTURE = re.compile(r":(?=[\w+-]+(?:/\w+)?:)")
JOINER = "\u2060"  # takes no place: keeps a colon and what follows from being read as one name
ADDRESS = re.compile(r"<https?://[^\s<>]+>$")
ROLE_KEY, ROLE_COOKIE = "role", "rt_role"
KEEP_ROLE = """
<script>document.cookie = "%s=%s; path=/; SameSite=Lax";</script>
"""
TOLD_KEY = "told"
LONG_SENTENCE = 60
DEMO_ROLES = (Role.ELU, Role.ANALYST, Role.STAFF, Role.ADMIN, Role.PUBLIC)

LONGEST_NUMBER = 10  # digits: more would not fit the keys of the store


def mode() -> Mode:
    return read(instance_queries.mode)


def viewer() -> Viewer:
    """Return who looks, made once for each rerun: the demonstration's switch, else the public."""
    if mode() is not Mode.DEMO:
        return viewer_for(Role.PUBLIC)
    return viewer_for(st.session_state.get(ROLE_KEY, Role.ELU))


def role_switch() -> None:
    """Offer the roles in the sidebar, in demonstration only.

    The browser keeps the one chosen: a table's links open tabs of their own, which begin anew.
    """
    if mode() is not Mode.DEMO:
        return
    kept = st.context.cookies.get(ROLE_COOKIE)
    known = next((one for one in DEMO_ROLES if one.value == kept), Role.ELU)
    st.session_state.setdefault(ROLE_KEY, known)
    st.sidebar.selectbox(
        "Rôle (démonstration)",
        DEMO_ROLES,
        format_func=lambda role: role.label,
        key=ROLE_KEY,
        persist_state="session",
    )
    with st.sidebar:
        st.html(KEEP_ROLE % (ROLE_COOKIE, viewer().role.value), unsafe_allow_javascript=True)


def now() -> datetime:
    return datetime.now(tz=UTC)


def today() -> date:
    return settings.today(is_demo=mode() is Mode.DEMO, now=now())


def clock() -> datetime:
    """Return the moment the activity lives in: today's date as ``today`` has it, at this hour."""
    return settings.clock(is_demo=mode() is Mode.DEMO, now=now())


def guard(right: Right) -> Viewer:
    """Stop with a French refusal unless the viewer has the right; return the viewer."""
    person = viewer()
    with user_errors():
        require(person, right)
    return person


def banner() -> None:
    """Say on every page that the figures are invented, official files tried out apart."""
    if mode() is not Mode.DEMO:
        return
    editions = read(observatory_queries.editions, viewer=viewer())
    tried = any(not edition.is_simulated for edition in editions)
    apart = " sauf ceux des fichiers officiels importés à l’essai" if tried else ""
    st.caption(
        f":material/science: **Démonstration** – chiffres mensuels, périmètres et participants "
        f"simulés, aucun n’est réel{apart}. Nous sommes le {fr.day(today())}."
    )


def header(title: str, *, right: Right) -> Viewer:
    """Open a page: refuse who may not, show the banner and the title, return the viewer."""
    person = guard(right)
    banner()
    st.subheader(title, anchor=False)
    for sentence in st.session_state.pop(TOLD_KEY, ()):
        st.toast(sentence, duration="long" if len(sentence) > LONG_SENTENCE else "short")
    return person


def tell(*sentences: str) -> None:
    """Say what was done once the page has been drawn again: a message is not lost in a rerun."""
    st.session_state.setdefault(TOLD_KEY, []).extend(sentences)


def plain(text: str) -> str:
    """Let what people typed be read as it is, not as Markdown, a picture or a link."""
    return at_line_start(inline(text))


def inline(text: str) -> str:
    """Do the same for a piece of a line, its place in the line left aside."""
    return PICTURE.sub(":" + JOINER, MARKDOWN.sub(r"\\\1", text))


def at_line_start(text: str) -> str:
    """Let a text that begins like a list, a heading, a quotation or code be read as it is."""
    return LINE_START.sub(_escaped, text)


def _escaped(start: re.Match[str]) -> str:
    is_code = not start[1] and start.string[start.end() : start.end() + 1] not in tuple("#>+=-")
    return "" if is_code else f"{start[1] or ''}\\"


def reference(text: str) -> str:
    """Return a citation as Markdown: only the address it ends with is a link, whole."""
    told = ADDRESS.search(text)
    return plain(text) if told is None else f"{plain(text[: told.start()])}{told.group()}"


def teller(bar: DeltaGenerator) -> Callable[[float, str], None]:
    """Return what tells a progress bar how far a long work has come."""

    def tell(share: float, sentence: str) -> None:
        bar.progress(min(max(share, 0.0), 1.0), text=sentence)

    return tell


@contextmanager
def user_errors() -> Iterator[None]:
    """Show a refused rule as a message. A bug goes through, to be seen and fixed."""
    try:
        yield
    except DomainError as error:
        st.error(str(error), icon=":material/error:")
        st.stop()


def site() -> str:
    """Return the address of the application as its readers see it, without a final slash."""
    known = settings.settings().public_url or str(st.context.url or "").rpartition("/")[0]
    return known.rstrip("/")


def number_of(name: str) -> int | None:
    """Return the number that the address carries under a name; None where it carries none."""
    text = st.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < LONGEST_NUMBER else None


def address_of(state: Mapping[str, str | Sequence[str]]) -> str:
    """Return the full address of a view, everything that decides what it shows written out."""
    kept = {name: value for name, value in state.items() if value}
    base = f"{site()}/{str(st.context.url or '').rpartition('/')[2]}"
    return f"{base}?{urlencode(kept, doseq=True)}" if kept else base


def share(address: str) -> None:
    """Offer the address of what is on the screen, and its QR code."""
    popover = st.popover("Copier le lien", icon=":material/link:", key="lien", on_change="rerun")
    if not popover.open:
        return
    with popover:
        st.caption("Adresse complète de cette vue : elle montre à d’autres ce que vous voyez.")
        st.code(address, language=None, wrap_lines=True)
        st.image(links.qr_png(address), width=220, caption="À ouvrir sur un téléphone")


def table(
    rows: pd.DataFrame, labels: Mapping[str, str], *, height: int | str = "auto", key: str
) -> None:
    """Show the named columns under their French headers."""
    shown = rows[list(labels)].rename(columns=dict(labels))
    st.dataframe(shown, hide_index=True, height=height, key=key, placeholder="–")  # type: ignore[arg-type]  # "auto" or pixels


def can(right: Right) -> bool:
    return may(viewer(), right)
