"""Lists in a cell of a CSV: agents, publishers and copies, read and written."""

import itertools
import re
from collections.abc import Sequence

from core import fr
from core.documentation import entry, unimarc_copies
from core.documentation.drafts import AgentDraft, ItemDraft, PublisherDraft
from core.documentation.enums import AgentKind, Role

BETWEEN = " | "


def cut(text: str) -> list[str]:
    """Return the parts of a cell that say something."""
    return [part for part in places(text) if part]


def places(text: str) -> list[str]:
    """Cut a cell at its signs; a place that is empty is one too, but for what a last sign ends."""
    parts = [part.strip() for part in text.split("|" if "|" in text else ";")] if text else []
    return parts[:-1] if text.endswith("|") else parts


def joined(parts: Sequence[str]) -> str:
    """Write what ``places`` cuts: a last sign ends a list whose end would not be seen."""
    texts = [part.replace("|", "/").strip() for part in parts]
    if not any(texts):
        return ""
    is_ended = not texts[-1] or (len(texts) == 1 and ";" in texts[0])
    return BETWEEN.join([*texts, ""] if is_ended else texts).strip(" ")


TOLD = re.compile(r"(?P<name>.+) \[(?P<words>[^\[\]]+)\]")


def agent(text: str) -> AgentDraft:
    """Read « Nom, Prénom », the name of a body, and what ``agent_told`` adds to either."""
    told = TOLD.fullmatch(text)
    words = [fr.fold(word.strip()) for word in told["words"].split(" ; ")] if told else []
    kinds = {fr.fold(one.label): one.value for one in AgentKind}
    roles = {fr.fold(one.label): one.value for one in Role}
    if not told or not set(words) <= kinds.keys() | roles.keys():
        return entry.agent(text)
    read = entry.agent(told["name"])
    kind = next((kinds[word] for word in words if word in kinds), read.kind)
    role = next((roles[word] for word in words if word in roles), read.role)
    if kind != AgentKind.PERSON:
        return AgentDraft(kind, told["name"].strip(), role=role)
    return AgentDraft(kind, read.name, read.first_name, role=role)


def agent_told(one: AgentDraft) -> str:
    """Write an agent; between brackets, its kind or role where the name would say another."""
    assumed = entry.agent(one.shown)
    told = [AgentKind(one.kind).label] if assumed.kind != one.kind else []
    is_said = one.role != assumed.role and one.role in set(Role)
    told += [Role(one.role).label] if is_said else []
    return f"{one.shown} [{' ; '.join(told)}]" if told else one.shown


def publisher(text: str) -> PublisherDraft:
    """Read « Lieu : Nom »; « Lieu : » is a place without a name."""
    if text.endswith(" :"):
        return PublisherDraft("", text.removesuffix(" :"))
    return entry.publisher(text)


def items(shelves: str, barcodes: str) -> tuple[ItemDraft, ...]:
    """Pair shelf marks and barcodes by place; one mark stands for all the barcodes after it."""
    marks, codes = places(shelves), places(barcodes)
    width = max(len(marks), len(codes))
    marks += marks[-1:] * (width - len(marks))
    codes += [""] * (width - len(codes))
    return tuple(
        ItemDraft(barcode=unimarc_copies.barcode(code), shelf_mark=mark)
        for mark, code in itertools.zip_longest(marks, codes, fillvalue="")
    )
