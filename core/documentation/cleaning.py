"""What no store can hold, taken out of a draft: control characters, days that never were."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any, TypeVar

from core.documentation import charsets
from core.documentation.drafts import ItemDraft
from core.documentation.readings import Outcome, Reading, lines

Part = TypeVar("Part")


def cleaned(part: Part) -> Part:
    """Return a draft, or a part of one, without control characters; new lines and tabs stay.

    >>> from core.documentation.drafts import NoticeDraft
    >>> cleaned(NoticeDraft(title="Vil" + chr(2) + "le", keywords=("a" + chr(0),))).as_json()
    '{"doc_type": "livre", "keywords": ["a"], "level": "m", "status": "publie", "title": "Ville", \
"visibility": "public"}'
    """
    done: Any = part
    if isinstance(part, str):
        done = charsets.CONTROLS.sub("", part) if charsets.CONTROLS.search(part) else part
    elif isinstance(part, tuple):
        listed = tuple(map(cleaned, part))
        done = part if listed == part else listed
    elif is_dataclass(part) and not isinstance(part, type):
        values = {one.name: getattr(part, one.name) for one in fields(part)}
        changed = {n: new for n, old in values.items() if (new := cleaned(old)) is not old}
        done = replace(part, **changed) if changed else part
    result: Part = done
    return result


def day(text: str) -> date | None:
    """Return an ISO date, or None where the text is none: « 2010-05-00 » never was."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def sound(one: Reading) -> Reading:
    """Return a reading that the store can hold; what had to be changed is told in its notes."""
    draft = None if one.draft is None else cleaned(one.draft)
    if draft is not None and not draft.title.strip():
        return replace(one, draft=None, outcome=Outcome.REFUSED, reason="aucun titre lisible")
    items, said = _dated(cleaned(one.items) if draft is None else draft.items)
    notes = (*one.notes, *said)
    if draft is None:
        return replace(one, items=items, notes=notes)
    return replace(one, draft=replace(draft, items=items), notes=notes)


def _dated(items: Iterable[ItemDraft]) -> tuple[tuple[ItemDraft, ...], list[str]]:
    """Leave an impossible day of arrival empty; its text goes to the note of the copy."""
    done, said = [], []
    for item in items:
        text = item.acquired_on
        if text and day(text) is None:
            kept = lines((item.note, f"date d’acquisition illisible : {text}"))
            done.append(replace(item, acquired_on="", note=kept))
            name = item.barcode or item.shelf_mark or "sans code-barres"
            said.append(
                f"exemplaire {name} : date d’acquisition illisible ({text}), gardée en note"
            )
        else:
            done.append(item)
    return tuple(done), said
