"""A record typed in the form, from what its fields hold: pure, nothing is read or written."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from core.documentation import numbers
from core.documentation.drafts import (
    AgentDraft,
    ConceptDraft,
    ItemDraft,
    NoticeDraft,
    PublisherDraft,
)
from core.errors import DomainError

AUTHOR = "070"
BODIES = re.compile(
    r"\b(agence|association|biblioth|caisse|centre|chambre|collectif|comit|commission|commune|"
    r"conseil|délégation|direction|école|fédération|fondation|groupe|institut|ministère|"
    r"observatoire|office|préfecture|région|réseau|service|société|syndicat|union|universi|ville)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Typed:
    """What the form holds: plain texts under names of a draft, and lists of labels."""

    texts: Mapping[str, str]
    agents: Sequence[str] = ()
    publishers: Sequence[str] = ()
    subjects: Sequence[str] = ()
    themes: Sequence[str] = ()
    territories: Sequence[str] = ()


def publisher_told(one: PublisherDraft) -> str:
    return f"{one.place} : {one.name}" if one.place else one.name


def draft(
    typed: Typed, before: NoticeDraft, *, concepts: Mapping[str, ConceptDraft],
    agents: Mapping[str, AgentDraft] | None = None,
) -> NoticeDraft:  # fmt: skip
    """Return the record ``before`` with what was typed; what the form does not show is kept.

    An agent named as before keeps its roles and dates, a publisher its place; one of ``agents``
    keeps what it is. A subject of ``concepts`` is that concept, another one a free keyword.
    DomainError where the ISSN is false.
    """
    said: dict[str, Any] = {name: text.strip() for name, text in typed.texts.items()}
    issn = said.get("issn", "")
    if issn and not numbers.issn8(issn):
        raise DomainError(f"L’ISSN « {issn} » est faux : vérifiez-le, ou écrivez-le en note.")
    said["issn"] = numbers.issn8(issn)
    known_publishers = {publisher_told(one): one for one in before.publishers}
    own = _by_name((one.label, one) for one in before.concepts)
    found = {label: [one] for label, one in concepts.items()} | own
    date = said.get("pub_date_text", before.pub_date_text)
    year = before.pub_year if date == before.pub_date_text else numbers.year(date)
    return replace(
        before, **said, pub_year=year, agents=_agents(typed.agents, before, agents or {}),
        publishers=tuple(known_publishers.get(text) or publisher(text)
                         for text in _once(typed.publishers)),
        concepts=tuple(one for text in _once(typed.subjects) for one in found.get(text, ())),
        keywords=tuple(text for text in _once(typed.subjects) if text not in found),
        themes=tuple(typed.themes), territories=tuple(typed.territories),
    )  # fmt: skip


T = TypeVar("T")


def _by_name(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    """Gather by name: an agent may have two roles, a label may be of two thesauri."""
    found: dict[str, list[T]] = {}
    for name, one in pairs:
        found.setdefault(" ".join(name.split()), []).append(one)
    return found


def _agents(
    names: Iterable[str], before: NoticeDraft, offered: Mapping[str, AgentDraft]
) -> tuple[AgentDraft, ...]:
    held = _by_name((one.shown, one) for one in before.agents)
    known = {name: [replace(one, role=AUTHOR)] for name, one in offered.items()} | held
    return tuple(one for text in _once(names) for one in known.get(text) or [agent(text)])


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(clean for text in texts if (clean := " ".join(text.split()))))


def agent(text: str) -> AgentDraft:
    """Read « Nom, Prénom » as a person, a name without comma as a body.

    >>> agent("Ministère de la Jeunesse, des Sports et de la Vie associative").kind
    'collectivite'
    >>> agent("Ville, Jean").kind, agent("Région Midi-Pyrénées, service Ville").kind
    ('personne', 'collectivite')
    """
    name, comma, first = (part.strip() for part in text.partition(","))
    is_body = not comma or first[:1].islower() or (" " in name and BODIES.match(name))
    if is_body:
        return AgentDraft("collectivite", text.strip(), role=AUTHOR)
    return AgentDraft("personne", name, first, role=AUTHOR)


def publisher(text: str) -> PublisherDraft:
    """Read « Lieu : Éditeur », or the name alone."""
    place, colon, name = text.partition(" : ")
    return PublisherDraft(name.strip(), place.strip()) if colon else PublisherDraft(text.strip())


def copies(
    barcodes: str, shelf: ItemDraft, parts: str, *, held: Sequence[ItemDraft] = ()
) -> tuple[ItemDraft, ...]:
    """Return a copy for each barcode (one without where only the shelf is given), all alike.

    ``parts`` lists what a kit holds, one a line. DomainError where the record holds one already.
    """
    codes = list(dict.fromkeys(barcodes.replace(";", " ").split()))
    known = {one.barcode for one in held if one.barcode}
    twice = [code for code in codes if code in known]
    if twice:
        raise DomainError(f"Le code-barres {twice[0]} est déjà celui d’un exemplaire de la notice.")
    listed = tuple(line.strip() for line in parts.splitlines() if line.strip())
    one = replace(shelf, parts=listed, parts_expected=max(1, len(listed)))
    if codes:
        return tuple(replace(one, barcode=code) for code in codes)
    if not shelf.shelf_mark:
        if listed:
            raise DomainError("Donnez un code-barres ou une cote à la mallette.")
        return ()
    if any(not other.barcode and other.shelf_mark == shelf.shelf_mark for other in held):
        raise DomainError("Cette cote a déjà un exemplaire sans code-barres : donnez un code.")
    return (one,)
