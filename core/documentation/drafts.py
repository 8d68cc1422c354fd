"""A record outside the store: what is read from a file, typed in a form, or written to a file.

Everything that enters or leaves the catalogue is a NoticeDraft, so that a file that is written and
read again gives the same drafts.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

SCALARS = (
    "doc_type", "level", "title", "subtitle", "parallel_title", "part_title", "responsibility",
    "edition", "pub_date_text", "pub_year", "languages", "country", "extent", "series", "volume",
    "notes", "contents", "abstract", "rights", "url", "isbn", "isbn_text", "issn", "identifiers",
    "price_text", "classification",
)  # fmt: skip
LOST = "lien"  # the tag under which a link without target is kept raw
WAITING = (LOST, "theme", "territoire")
LISTS = (
    "agents", "publishers", "themes", "territories", "keywords", "concepts", "links", "raw",
)  # fmt: skip


@dataclass(frozen=True, order=True)
class AgentDraft:
    kind: str
    name: str
    first_name: str = ""
    dates: str = ""
    role: str = ""

    @property
    def shown(self) -> str:
        return f"{self.name}, {self.first_name}" if self.first_name else self.name


@dataclass(frozen=True, order=True)
class PublisherDraft:
    name: str
    place: str = ""


@dataclass(frozen=True, order=True)
class ConceptDraft:
    """A concept by its thesaurus and code; ``label`` is what was read beside it."""

    thesaurus: str
    code: str
    label: str

    @property
    def is_named(self) -> bool:
        """Say whether the label is more than the code."""
        return self.label not in {"", self.code, by_number(self.code)}


@dataclass(frozen=True, order=True)
class LinkDraft:
    """A link to the record that its source calls ``external_id``.

    ``target_id`` is the notice it leads to where the link was read from the store.
    """

    kind: str
    external_id: str
    target_id: int | None = field(default=None, compare=False)


@dataclass(frozen=True, order=True)
class RawField:
    """A field without a place of its own, as its source writes it."""

    tag: str
    text: str


@dataclass(frozen=True)
class ItemDraft:
    """A copy. ``acquired_on`` is an ISO date or empty; cents or None for the price."""

    barcode: str = ""
    shelf_mark: str = ""
    location: str = ""
    section: str = ""
    medium: str = ""
    owner: str = ""
    loan_class: str = "normal"
    state: str = "en_service"
    parts: tuple[str, ...] = ()
    parts_expected: int = 1
    acquired_on: str = ""
    price_cents: int | None = None
    note: str = ""


@dataclass(frozen=True)
class NoticeDraft:
    """One record, whole. Empty texts and None mean « not said »; lists keep their order.

    ``source`` says to whom ``external_id`` belongs, where a record of ours says it.
    """

    title: str
    external_id: str = ""
    doc_type: str = "livre"
    level: str = "m"
    subtitle: str = ""
    parallel_title: str = ""
    part_title: str = ""
    responsibility: str = ""
    edition: str = ""
    pub_date_text: str = ""
    pub_year: int | None = None
    languages: str = ""
    country: str = ""
    extent: str = ""
    series: str = ""
    volume: str = ""
    notes: str = ""
    contents: str = ""
    abstract: str = ""
    rights: str = ""
    url: str = ""
    isbn: str = ""
    isbn_text: str = ""
    issn: str = ""
    identifiers: str = ""
    price_text: str = ""
    classification: str = ""
    centre: str = ""
    visibility: str = "public"
    status: str = "publie"
    agents: tuple[AgentDraft, ...] = ()
    publishers: tuple[PublisherDraft, ...] = ()
    themes: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    concepts: tuple[ConceptDraft, ...] = ()
    links: tuple[LinkDraft, ...] = ()
    raw: tuple[RawField, ...] = ()
    items: tuple[ItemDraft, ...] = field(default=())
    source: str = field(default="", compare=False)

    def as_json(self) -> str:
        """Write all that is said, and nothing that is not, in a fixed order."""
        said = {name: value for name, value in asdict(self).items() if value not in ("", None, ())}
        for link in said.get("links", ()):
            if link["target_id"] is None:
                del link["target_id"]
        return json.dumps(said, ensure_ascii=False, sort_keys=True)

    @property
    def digest(self) -> str:
        return hashlib.sha256(replace(self, source="").as_json().encode()).hexdigest()


PARTS: dict[str, type[Any]] = {
    "agents": AgentDraft, "publishers": PublisherDraft, "concepts": ConceptDraft,
    "links": LinkDraft, "raw": RawField,
}  # fmt: skip


def by_number(code: str) -> str:
    """Return the label of a concept of which only the number is known yet."""
    return f"catégorie {code}"


def from_json(text: str) -> NoticeDraft:
    """Read what ``as_json`` wrote."""
    said: dict[str, Any] = json.loads(text)
    for name, kind in PARTS.items():
        said[name] = tuple(kind(**part) for part in said.get(name, ()))
    for name in ("themes", "territories", "keywords"):
        said[name] = tuple(said.get(name, ()))
    said["items"] = tuple(
        ItemDraft(**{**part, "parts": tuple(part.get("parts", ()))})
        for part in said.get("items", ())
    )
    return NoticeDraft(**said)


def said(draft: NoticeDraft) -> Mapping[str, Any]:
    """Return what a draft says, by field, copies left out."""
    return {name: getattr(draft, name) for name in (*SCALARS, *LISTS)}


def merged(
    ours: NoticeDraft, before: NoticeDraft, theirs: NoticeDraft,
    form: Callable[[NoticeDraft], Mapping[str, Any]] = said,
) -> tuple[NoticeDraft, tuple[str, ...]]:  # fmt: skip
    """Bring a new reading into our notice; return it and the fields corrected here, left alone.

    A field is ours where it differs from what was last read at its source; ``form`` gives what is
    compared. Copies are not here: they are completed by their barcode, never taken away.
    """
    taken: dict[str, Any] = {}
    kept: list[str] = []
    forms = [form(draft) for draft in (ours, before, theirs)]
    for name in (*SCALARS, *LISTS):
        own, old, new = (one[name] for one in forms)
        if new in (old, own):
            continue
        if own == old:
            taken[name] = getattr(theirs, name)
        else:
            kept.append(name)
    return replace(ours, **taken), tuple(kept)


def lost_link(text: str) -> LinkDraft:
    """Read a link that was kept raw for want of a target."""
    kind, _, number = text.partition(" ")
    return LinkDraft(kind, number)


def gathered(draft: NoticeDraft) -> NoticeDraft:
    """Return a draft with what the store kept raw for want of a target back in its place."""
    by_tag = {tag: [raw.text for raw in draft.raw if raw.tag == tag] for tag in WAITING}
    if not any(by_tag.values()):
        return draft
    links = (*draft.links, *map(lost_link, by_tag[LOST]))
    return replace(
        draft, links=tuple(dict.fromkeys(links)), themes=(*draft.themes, *by_tag["theme"]),
        territories=(*draft.territories, *by_tag["territoire"]),
        raw=tuple(raw for raw in draft.raw if raw.tag not in WAITING),
    )  # fmt: skip


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Return the name of every field of a draft, in order."""
    return tuple(one.name for one in fields(NoticeDraft))
