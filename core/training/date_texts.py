"""Dates as plans write them: « 3 journées entre mai et septembre 2011 », « 21 et 22/03/2011 ».

The forms are listed at the end; whatever else is kept as text, « non reconnu », never guessed.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from core import fr
from core.training.dates import DateBlock, on_days
from core.training.enums import Confirmation, Precision

_MONTH_KEYS = {fr.fold(name): rank for rank, name in enumerate(fr.MONTHS, start=1)}
_M = "(?:" + "|".join(_MONTH_KEYS) + ")"
_D = r"(\d{1,2}) ?(?:er)?"
_Y = r"(?: (\d{4}))?"
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_LEAD = re.compile(
    r"^(?:date ?: ?)?(?:(?:est |etait )?(?:programmee?|prevue?|fixee?)s? )?(?:le |les |l’)?"
    rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)}) )?"
)
_DOUBT = re.compile(r"\(?(?:date )?(?:en cours de confirmation|a confirmer|sous reserve)\)?")
_PLACE = re.compile(r" a [a-z][a-z’' -]*$")


def parse(text: str, *, year: int) -> DateBlock:
    """Read a date as it was written; ``year`` is that of the plan, for texts without one.

    An impossible date, a weekday that contradicts it, or a form that is not known gives
    Precision.UNKNOWN with the text kept: nothing is guessed.
    """
    cleaned = _cleaned(text)
    if not cleaned:
        return DateBlock(text=text.strip())
    is_doubtful = bool(_DOUBT.search(cleaned))
    cleaned = _DOUBT.sub("", cleaned).strip(" ()")
    lead = _LEAD.match(cleaned)
    weekday = lead.group("weekday") if lead else None
    found = _read(cleaned, year) or _read(cleaned[lead.end() if lead else 0 :], year)
    if found is None and (bare := _PLACE.sub("", cleaned)) != cleaned:
        found = _read(bare, year) or _read(bare[lead.end() if lead else 0 :], year)
    if found is None or (weekday and not _is_weekday(found, weekday)):
        return DateBlock(text=text.strip(), precision=Precision.UNKNOWN)
    if is_doubtful and found.days:
        found = replace(on_days(found.days, confirmation=Confirmation.TO_CONFIRM))
    return replace(found, text=text.strip())


def _cleaned(text: str) -> str:
    """Fold, drop tags (« 1<sup>er</sup> »), and put one space between words."""
    bare = re.sub(r"</?[a-zA-Z]+>", "", text)
    folded = fr.fold(bare).replace("'", "’")
    return re.sub(r"\s+", " ", folded).strip(" .;")


def _is_weekday(block: DateBlock, weekday: str) -> bool:
    return len(block.days) == 1 and _WEEKDAYS[block.days[0].weekday()] == weekday


def _read(text: str, year: int) -> DateBlock | None:
    for pattern, maker in _FORMS:
        match = pattern.fullmatch(text)
        if match:
            try:
                return maker(match, year)
            except ValueError:  # a day that does not exist
                return None
    return None


def _day(number: str, month: str | int, year: str | int) -> date:
    rank = month if isinstance(month, int) else _MONTH_KEYS.get(month) or int(month)
    return date(_year(year), int(rank), int(number))


def _year(year: str | int) -> int:
    value = int(year)
    return value + 2000 if value < 100 else value


def _month_end(year: int, month: int) -> date:
    return (date(year + month // 12, month % 12 + 1, 1)) - timedelta(days=1)


def _one(match: re.Match[str], year: int) -> DateBlock:
    number, month, own = match.groups()
    return on_days([_day(number, month, own or year)])


def _two(match: re.Match[str], year: int) -> DateBlock:
    first, sign, second, month, own = match.groups()
    start, end = (_day(number, month, own or year) for number in (first, second))
    if end <= start:
        raise ValueError("the second day comes first")
    if sign.strip() in {"et", ",", "&"}:
        return on_days([start, end])
    return on_days(start + timedelta(days=rank) for rank in range((end - start).days + 1))


def _period(match: re.Match[str], year: int) -> DateBlock:
    first, month, own, last, last_month, last_own = match.groups()
    final_year = _year(last_own or own or year)
    end = _day(last, last_month, final_year)
    start = _day(first, month or last_month, own or final_year)
    if start > end and not own:
        start = start.replace(year=start.year - 1)
    if start >= end:
        raise ValueError("the period ends before it starts")
    return DateBlock(
        precision=Precision.PERIOD, earliest=start, latest=end, edtf=f"{start}/{end}",
        confirmation=Confirmation.CONFIRMED,
    )  # fmt: skip


def _months(match: re.Match[str], year: int) -> DateBlock:
    first, own, last, last_own = match.groups()
    final_year = _year(last_own or year)
    months = _MONTH_KEYS[first], _MONTH_KEYS[last]
    start_year = _year(own) if own else final_year - (months[0] > months[1])
    start, end = date(start_year, months[0], 1), _month_end(final_year, months[1])
    if start > end:
        raise ValueError("the months end before they start")
    return DateBlock(
        precision=Precision.MONTHS, earliest=start, latest=end, edtf=f"{start:%Y-%m}/{end:%Y-%m}",
        confirmation=Confirmation.TO_DEFINE,
    )  # fmt: skip


def _window(match: re.Match[str], year: int) -> DateBlock:
    count, *rest = match.groups()
    inner = re.fullmatch(rf"({_M}){_Y} a ({_M}){_Y}", f"{rest[0]}{f' {rest[1]}' if rest[1] else ''}"
                         f" a {rest[2]}{f' {rest[3]}' if rest[3] else ''}")  # fmt: skip
    assert inner is not None  # noqa: S101  # the same groups, written again
    return replace(_months(inner, year), precision=Precision.WINDOW, planned=2 * _count(count))


_WORDS = {"une": 1, "un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6}


def _count(word: str) -> int:
    return _WORDS.get(word) or int(word)


def _month(match: re.Match[str], year: int) -> DateBlock:
    month, own = match.groups()
    start = date(_year(own or year), _MONTH_KEYS[month], 1)
    return DateBlock(
        precision=Precision.MONTH, earliest=start, latest=_month_end(start.year, start.month),
        edtf=f"{start:%Y-%m}",
    )  # fmt: skip


def _part_of_year(match: re.Match[str], year: int) -> DateBlock:
    rank, kind, own = match.groups()
    size = 6 if kind == "semestre" else 3
    place, whole = int(rank), _year(own or year)
    if not 1 <= place <= 12 // size:
        raise ValueError("no such part of a year")
    first, last = 1 + (place - 1) * size, place * size
    precision = Precision.SEMESTER if size == 6 else Precision.MONTHS
    return DateBlock(
        precision=precision, earliest=date(whole, first, 1), latest=_month_end(whole, last),
        edtf=f"{whole}-{first:02}/{whole}-{last:02}",
    )  # fmt: skip


def _yearly(match: re.Match[str], year: int) -> DateBlock:
    found = match.groupdict()
    whole = _year(found.get("year") or year)
    block = DateBlock(precision=Precision.YEAR, edtf=str(whole))
    if found.get("few"):
        block = replace(block, planned=2 * _count(found["few"]))
        block = replace(block, most=2 * _count(found["many"]) if found["many"] else None)
    return block


def _on_demand(_match: re.Match[str], _year: int) -> DateBlock:
    return DateBlock(precision=Precision.ON_DEMAND)


def _undefined(_match: re.Match[str], _year: int) -> DateBlock:
    return DateBlock(precision=Precision.TO_DEFINE)


_NUMBER = rf"(\d+|{'|'.join(_WORDS)})"
_DAYS = r"(?:jours?|journees?)"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], int], DateBlock]], ...] = tuple(
    (re.compile(pattern), maker)
    for pattern, maker in (
        (rf"{_D} ({_M}){_Y}", _one),
        (r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?", _one),
        (rf"{_D}( ?- ?| et | au |, ){_D} ({_M}){_Y}", _two),
        (rf"{_D}( ?- ?| et | au |, ){_D}/(\d{{1,2}})(?:/(\d{{4}}|\d{{2}}))?", _two),
        (rf"du {_D}(?: ({_M})){_Y} au {_D} ({_M}){_Y}", _period),
        (rf"du {_D}(?: ({_M}))?{_Y} au {_D} ({_M}){_Y}", _period),
        (r"du (\d{1,2})(?:/(\d{1,2}))?(?:/(\d{4}))? au (\d{1,2})/(\d{1,2})(?:/(\d{4}))?", _period),
        (rf"(?:de )?({_M}){_Y} a ({_M}){_Y}", _months),
        (rf"{_NUMBER} {_DAYS} (?:entre|de) ({_M}){_Y} (?:et|a) ({_M}){_Y}", _window),
        (rf"(?:en |courant |au mois de |au mois d’)?({_M}){_Y}", _month),
        (r"(?:au |le )?([1-4]) ?(?:er|e|eme|nd|nde|d)? (semestre|trimestre)(?: (\d{4}))?",
         _part_of_year),
        (r"(?:en )?(?P<year>\d{4})", _yearly),
        (r"cette annee|annuel(?:le)?s?|dans l’annee", _yearly),
        (rf"(?P<few>\d+|{'|'.join(_WORDS)})(?: (?:ou|a) (?P<many>\d+|{'|'.join(_WORDS)}))? "
         rf"{_DAYS} ?(?:/ ?an|par an)", _yearly),
        (r"(?:\d+|" + "|".join(_WORDS) + r") (?:reunions?|rencontres?|seances?)(?: d’equipe)? ?"
         r"(?:/ ?an|par an)", _yearly),
        (r"en fonction des demandes|(?:a la|sur) demande(?: .*)?", _on_demand),
        (r"a definir|non definie?|a fixer|a preciser", _undefined),
    )
)  # fmt: skip
