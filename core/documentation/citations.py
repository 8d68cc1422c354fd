"""A record as it is cited: ISO 690, in the French form of NF Z44-005. Pure."""

import re
from collections.abc import Iterable

from core import fr
from core.documentation import normaliser
from core.documentation.drafts import AgentDraft, NoticeDraft
from core.documentation.enums import AgentKind, DocumentType, Level, Role
from core.documentation.marc import MARK

MOST = 3
UNDATED = "s. d."
# Who a reference starts with: the first of these that the record names, with what is said of them.
HEADINGS = (
    ((Role.AUTHOR,), ""), ((Role.OTHER,), ""),
    ((Role.EDITOR, Role.PUBLISHING_DIRECTOR), " (dir.)"), ((Role.DIRECTOR,), " (réal.)"),
)  # fmt: skip
BESIDE = {Role.TRANSLATOR: "(trad.)", Role.PREFACE: "(préf.)", Role.ILLUSTRATOR: "(ill.)"}
THESIS_NOTE = "328"  # UNIMARC: what the thesis was, where and when it was defended


def citation(draft: NoticeDraft) -> str:
    """Return one reference: authors, title, host or publisher, date, extent, number, address.

    >>> from core.documentation.drafts import PublisherDraft
    >>> dubet = AgentDraft("personne", "Dubet", "François", "", "070")
    >>> citation(NoticeDraft(
    ...     title="Vivre ensemble", subtitle="enquête", pub_year=2009, extent="320 p.",
    ...     agents=(dubet,), publishers=(PublisherDraft("Aube", "Paris"),), isbn="9782070368228"))
    'DUBET, François. Vivre ensemble : enquête. Paris : Aube, 2009. 320 p. ISBN 9782070368228.'
    >>> citation(NoticeDraft(title="Médier", doc_type="article", agents=(dubet,), volume="12",
    ...     series="Les Cahiers", pub_year=2009, extent="p. 4-15", url="https://exemple.invalid/a"))
    ... # doctest: +NORMALIZE_WHITESPACE
    'DUBET, François. Médier [en ligne]. In : Les Cahiers, 2009, n° 12, p. 4-15.
    Disponible sur : <https://exemple.invalid/a>'
    """
    is_part = draft.doc_type == DocumentType.ARTICLE or draft.level == Level.PART
    is_thesis = draft.doc_type == DocumentType.THESIS
    number = f"ISBN {draft.isbn}" if draft.isbn else f"ISSN {draft.issn}" if draft.issn else ""
    middle = _host(draft) if is_part else _thesis(draft) if is_thesis else _whole(draft)
    parts = [authors(draft.agents), _title(draft), _beside(draft.agents), draft.edition, *middle]
    said = [_stopped(part) for part in [*parts, number] if part]
    return " ".join([*said, *([f"Disponible sur : <{draft.url}>"] if draft.url else [])])


def authors(agents: Iterable[AgentDraft]) -> str:
    """Return what a reference starts with: authors, else editors, three at most, then « et al. ».

    Empty where there is neither: whoever translated or prefaced a work did not write it.

    >>> authors([AgentDraft("personne", "Faure", "Ana", "", "340")])
    'FAURE, Ana (dir.)'
    >>> authors([AgentDraft("personne", "Faure", "Ana", "", "730")])
    ''
    """
    named, told = _heading(agents)
    more = " et al." if len(named) > MOST else ""
    return " ; ".join(_name(one) for one in named[:MOST]) + more + told


def _heading(agents: Iterable[AgentDraft]) -> tuple[list[AgentDraft], str]:
    every = list(agents)
    for roles, told in HEADINGS:
        named = [one for one in every if one.role in roles]
        if named:
            return named, told
    return [], ""


def _name(agent: AgentDraft) -> str:
    if agent.kind != AgentKind.PERSON:
        return agent.name
    return f"{agent.name.upper()}, {agent.first_name}" if agent.first_name else agent.name.upper()


def _beside(agents: tuple[AgentDraft, ...]) -> str:
    """Return who translated, prefaced or illustrated, and is not named as an author already."""
    first = {_name(one) for one in _heading(agents)[0]}
    told = [f"{_name(one)} {BESIDE[Role(one.role)]}" for one in agents
            if one.role in BESIDE and _name(one) not in first]  # fmt: skip
    return " ; ".join(dict.fromkeys(told))


def _title(draft: NoticeDraft) -> str:
    title = f"{draft.title} : {draft.subtitle}" if draft.subtitle else draft.title
    return f"{title} [en ligne]" if draft.url else title


def _whole(draft: NoticeDraft) -> list[str]:
    series = ", ".join(part for part in (draft.series, _numbered(draft.volume)) if part)
    return [_published(draft), draft.extent, series]


def _host(draft: NoticeDraft) -> list[str]:
    """Return « In : Les Cahiers, 2009, n° 12, p. 4-15 »; where the host is not known, no « In »."""
    if not draft.series:
        return _whole(draft)
    parts = [draft.series, _published(draft), _numbered(draft.volume), draft.extent]
    return [f"In : {', '.join(part for part in parts if part)}"]


def _thesis(draft: NoticeDraft) -> list[str]:
    """Return the note of the thesis, else that it is one, and where it was defended."""
    for one in draft.raw:
        if one.tag == THESIS_NOTE:
            note = [part.strip() for part in re.split(f"{MARK}.", one.text)[1:]]
            return [" : ".join(part for part in note if part), draft.extent]
    at = [one.name for one in draft.agents if one.role == Role.DEGREE]
    told = f"{' ; '.join(at)}, {_date(draft)}" if at else _published(draft)
    return [f"Thèse ou mémoire : {told}", draft.extent]


def _numbered(volume: str) -> str:
    return f"n° {volume}" if volume.isdecimal() else volume


def _date(draft: NoticeDraft) -> str:
    return str(draft.pub_year) if draft.pub_year is not None else draft.pub_date_text or UNDATED


def _published(draft: NoticeDraft) -> str:
    """Return « Paris : Aube, 2009 »; a date that is not known is said so."""
    names = [" : ".join(part for part in (one.place, one.name) if part) for one in draft.publishers]
    return ", ".join([" ; ".join(name for name in names if name), _date(draft)]).lstrip(", ")


def _stopped(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def in_order(drafts: Iterable[NoticeDraft]) -> list[NoticeDraft]:
    """Return records in one alphabet: by author, a work without one by its title; then by year.

    An article that starts a title is passed over, and accents do not count.
    """

    def place(one: NoticeDraft) -> tuple[str, int, str]:
        title = normaliser.sort_key(one.title)
        return fr.fold(authors(one.agents)) or title, one.pub_year or 9999, title

    return sorted(drafts, key=place)


def bibliography(drafts: Iterable[NoticeDraft]) -> list[str]:
    """Return references in the order of a bibliography."""
    return [citation(one) for one in in_order(drafts)]
