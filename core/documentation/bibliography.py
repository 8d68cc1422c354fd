"""A bibliography: references grouped as a reader wants them, as PDF and as a DOCX text. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from docx import Document
from docx.shared import Pt

from core import documents, fr
from core.documentation import citations
from core.documentation.drafts import NoticeDraft
from core.documentation.enums import DocumentType
from core.training.enums import Labelled

NO_THEME = "Sans thème"
# What XML 1.0 cannot hold; a line break is kept.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Grouping(Labelled):
    """How the references of a bibliography are put together."""

    ALPHABET = "alphabet", "ordre alphabétique"
    THEME = "theme", "par thème"
    TYPE = "type", "par type de document"


@dataclass(frozen=True)
class Plan:
    """What its author decides of a bibliography."""

    title: str
    introduction: str = ""
    grouping: Grouping = Grouping.ALPHABET
    has_abstracts: bool = False
    banner: str = ""


@dataclass(frozen=True)
class Reference:
    """One reference as printed; ``abstract`` is empty where none is wanted or known."""

    text: str
    abstract: str = ""


@dataclass(frozen=True)
class Group:
    heading: str
    references: tuple[Reference, ...]


def groups(
    drafts: Iterable[NoticeDraft], plan: Plan, themes: Mapping[str, str]
) -> tuple[Group, ...]:
    """Return the references by heading; a record of several themes stands under its first one.

    ``themes`` are labels by code. Inside a group: authors, then year, then title. Groups by
    theme are in the alphabet, records without theme last; types are in the order of the list.
    """
    found: dict[tuple[int, str, str], list[NoticeDraft]] = {}
    for draft in drafts:
        found.setdefault(_place(draft, plan.grouping, themes), []).append(draft)
    return tuple(
        Group(place[2], tuple(_reference(one, plan) for one in citations.in_order(found[place])))
        for place in sorted(found)
    )


def _place(
    draft: NoticeDraft, grouping: Grouping, themes: Mapping[str, str]
) -> tuple[int, str, str]:
    """Return what a group is sorted by, with its heading last."""
    if grouping is Grouping.TYPE:
        kind = DocumentType(draft.doc_type)
        label = kind.label[0].upper() + kind.label[1:]
        return list(DocumentType).index(kind), "", label
    if grouping is Grouping.THEME:
        if not draft.themes:
            return 1, "", NO_THEME
        label = themes.get(draft.themes[0], draft.themes[0])
        return 0, fr.fold(label), label
    return 0, "", ""


def _reference(draft: NoticeDraft, plan: Plan) -> Reference:
    text = typeset(citations.citation(draft))
    return Reference(text, typeset(draft.abstract) if plan.has_abstracts else "")


def typeset(text: str) -> str:
    """Return a text as a document prints it: signs kept with their words, nothing unwritable."""
    return fr.typeset(UNWRITABLE.sub("", text))


def as_pdf(listed: Sequence[Group], plan: Plan) -> bytes:
    """Set a bibliography on A4 pages."""
    return documents.pdf("bibliographie", _values(listed, plan))


def _values(listed: Sequence[Group], plan: Plan) -> dict[str, Any]:
    return {
        "title": typeset(plan.title), "banner": plan.banner, "foot": typeset(plan.title),
        "subtitle": counted(listed), "introduction": _paragraphs(plan.introduction),
        "groups": [
            {"heading": typeset(group.heading),
             "references": [{"text": one.text, "abstract": one.abstract}
                            for one in group.references]}
            for group in listed
        ],
    }  # fmt: skip


def counted(listed: Sequence[Group]) -> str:
    """Return how many references there are, in words."""
    return fr.plural(sum(len(group.references) for group in listed), "référence")


def _paragraphs(text: str) -> list[str]:
    return [typeset(" ".join(line.split())) for line in text.split("\n") if line.strip()]


def as_docx(listed: Sequence[Group], plan: Plan) -> bytes:
    """Write a bibliography as a text that a word processor reads, with its own styles."""
    text = Document()
    text.core_properties.title = typeset(plan.title)[:255]
    text.core_properties.author = "Ressources & Territoires"
    text.core_properties.language = "fr-FR"
    text.add_heading(typeset(plan.title), level=0)
    opening = [plan.banner, counted(listed), *_paragraphs(plan.introduction)]
    for paragraph in filter(None, opening):
        text.add_paragraph(paragraph)
    for group in listed:
        if group.heading:
            text.add_heading(typeset(group.heading), level=1)
        for one in group.references:
            text.add_paragraph(one.text)
            if one.abstract:
                text.add_paragraph(one.abstract).paragraph_format.left_indent = Pt(18)
    buffer = BytesIO()
    text.save(buffer)
    return buffer.getvalue()
