"""A record as it is cited, in the French manner (after ISO 690). Pure."""

from collections.abc import Iterable

from core import fr
from core.documentation.drafts import AgentDraft, NoticeDraft
from core.documentation.enums import AgentKind, DocumentType, Role

MOST = 3
NOT_SAID = {"numero": "s. d."}


def citation(draft: NoticeDraft) -> str:
    """Return one reference: authors, title, host or publisher, date, extent, number, address.

    >>> from core.documentation.drafts import PublisherDraft
    >>> citation(NoticeDraft(
    ...     title="Vivre ensemble", subtitle="enquête", pub_year=2009, extent="320 p.",
    ...     agents=(AgentDraft("personne", "Dubet", "François", "", "070"),),
    ...     publishers=(PublisherDraft("Aube", "Paris"),), isbn="9782070368228"))
    'DUBET, François. Vivre ensemble : enquête. Paris : Aube, 2009. 320 p. ISBN 9782070368228.'
    """
    title = f"{draft.title} : {draft.subtitle}" if draft.subtitle else draft.title
    number = f"ISBN {draft.isbn}" if draft.isbn else f"ISSN {draft.issn}" if draft.issn else ""
    online = f"Disponible à l’adresse : {draft.url}" if draft.url else ""
    host = ", ".join(part for part in (draft.series, draft.volume) if part)
    is_article = draft.doc_type == DocumentType.ARTICLE
    parts = [
        authors(draft.agents), title, draft.edition, host if is_article else "",
        _published(draft), draft.extent, "" if is_article else host, number, online,
    ]  # fmt: skip
    return " ".join(_stopped(part) for part in parts if part)


def authors(agents: Iterable[AgentDraft]) -> str:
    """Return the authors as a reference starts: three at most, then « et al. »."""
    named = [one for one in agents if one.role == Role.AUTHOR] or list(agents)
    shown = [_name(one) for one in named[:MOST]]
    more = " et al." if len(named) > MOST else ""
    return " ; ".join(shown) + more


def _name(agent: AgentDraft) -> str:
    if agent.kind != AgentKind.PERSON:
        return agent.name
    return f"{agent.name.upper()}, {agent.first_name}" if agent.first_name else agent.name.upper()


def _published(draft: NoticeDraft) -> str:
    """Return « Paris : Aube, 2009 »; a date that is not known is said so."""
    names = [" : ".join(part for part in (one.place, one.name) if part) for one in draft.publishers]
    year = str(draft.pub_year) if draft.pub_year is not None else draft.pub_date_text or "s. d."
    return ", ".join([" ; ".join(name for name in names if name), year]).lstrip(", ")


def _stopped(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def in_order(drafts: Iterable[NoticeDraft]) -> list[NoticeDraft]:
    """Return records in the order of a bibliography: authors, then year, then title."""
    return sorted(
        drafts, key=lambda one: (fr.fold(authors(one.agents)), one.pub_year or 9999, one.title)
    )


def bibliography(drafts: Iterable[NoticeDraft]) -> list[str]:
    """Return references in the order of a bibliography."""
    return [citation(one) for one in in_order(drafts)]
