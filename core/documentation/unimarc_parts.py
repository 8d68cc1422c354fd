"""The lists of a UNIMARC record: publishers, agents, keywords and subjects."""

from collections.abc import Iterable

from core import fr
from core.documentation import unimarc_rest
from core.documentation.drafts import AgentDraft, ConceptDraft, PublisherDraft, RawField
from core.documentation.enums import AgentKind, Role
from core.documentation.marc import MarcField, MarcRecord

SUBJECTS = ("600", "601", "602", "604", "605", "606", "607", "608")
PEOPLE = {"700": "personne", "701": "personne", "702": "personne",
          "710": "collectivite", "711": "collectivite", "712": "collectivite"}  # fmt: skip
WHOLE = "entier"


def is_publication(record: MarcRecord, one: MarcField) -> bool:
    """Say whether a field tells publishers and dates: not a distributor's or printer's 214.

    A copyright date alone (214 with a second indicator 4) is the date where there is no other.
    """
    if one.tag != "214" or one.indicators[1:] not in {"2", "3", "4"}:
        return True
    told = [f for f in record.of("214", "210") if f.indicators[1:] not in {"2", "3", "4"}]
    return one.indicators[1:] == "4" and not any(f.first("d") for f in told)


def _publications(record: MarcRecord) -> list[MarcField]:
    return [one for one in record.of("214", "210") if is_publication(record, one)]


def dates(record: MarcRecord) -> tuple[str, ...]:
    """Return every date of publication, once: PMB writes 210 and 214 with the same content."""
    return tuple(dict.fromkeys(d for one in _publications(record) for d in one.all("d")))


def publishers(record: MarcRecord) -> tuple[PublisherDraft, ...]:
    """Read 214 and 210: PMB writes both with the same content, so each is counted once."""
    found: dict[tuple[str, str], PublisherDraft] = {}
    for one in _publications(record):
        place, is_used = "", True
        for code, value in one.subfields:
            if code == "a" and value:
                if not is_used:
                    found.setdefault(("", fr.fold(place)), PublisherDraft("", place))
                place, is_used = value, False
            elif code == "c" and value:
                found.setdefault((fr.fold(value), fr.fold(place)), PublisherDraft(value, place))
                is_used = True
        if not is_used:
            found.setdefault(("", fr.fold(place)), PublisherDraft("", place))
    return tuple(found.values())


def agents(record: MarcRecord) -> tuple[tuple[AgentDraft, ...], list[RawField]]:
    """Read persons and bodies, one draft for each function ($4) of each, and what else is said
    of the persons; all that a body is called is in its name.
    """
    found: list[AgentDraft] = []
    raw: list[RawField] = []
    for tag, kind in PEOPLE.items():
        for one in record.of(tag):
            if not one.first("a"):
                raw.append(RawField(tag, one.text()))
                continue
            own = kind
            if kind == AgentKind.BODY and one.indicators[:1] == "1":
                own = AgentKind.MEETING.value
            roles = one.all("4") or [Role.AUTHOR.value if tag in {"700", "710"} else ""]
            name, first = one.first("a").rstrip(" ,"), one.first("b").rstrip(" ,")
            if own != AgentKind.PERSON:
                name, first = _named(one, but="f4"), ""
            else:
                raw += unimarc_rest.of_person(one, name, first)
            found += [AgentDraft(own, name, first, one.first("f"), role) for role in roles]
    return tuple(dict.fromkeys(found)), raw


SIGNS = (";", " / ", "/")


def keyword_sign(records: Iterable[MarcRecord]) -> str:
    """Find what parts the keywords of a file where each record has them in one value, as PMB
    writes them: « / » without spaces counts only where some value has two.
    """
    values = [[v for one in record.of("610") for v in one.all("a")] for record in records]
    listed = [value for of_record in values for value in of_record]
    is_packed = all(len(of_record) < 2 for of_record in values)
    if not is_packed or any(";" in value or " / " in value for value in listed):
        return ""
    return "/" if any(value.count("/") > 1 for value in listed) else ""


def keywords(record: MarcRecord, sign: str = "") -> tuple[str, ...]:
    """Read 610; PMB puts a whole list in one subfield, with « ; » or « / » between.

    A value that says « entier » in $9 is one word, whatever is in it: we write it so.
    """
    found: list[str] = []
    for one in record.of("610"):
        for value in (v for c, v in one.subfields if c not in unimarc_rest.SILENT):
            cut = ";" if ";" in value else " / " if " / " in value else sign or "\n"
            parts = [value] if WHOLE in one.all("9") else value.split(cut)
            found += [" ".join(part.split()) for part in parts]
    return tuple(dict.fromkeys(word for word in found if word))


def concepts(record: MarcRecord) -> tuple[ConceptDraft, ...]:
    """Read subjects: the thesaurus is $2 (PMB: $9 idthes), the code $3
    (PMB: $9 id), else the label.

    A heading that is not a common noun keeps its tag with the thesaurus: « rameau/600 ».
    """
    found: dict[tuple[str, str], ConceptDraft] = {}
    for one in record.of(*SUBJECTS):
        label = _heading(one)
        if not label:
            continue
        local = dict(v.split(":", 1) for v in one.all("9") if ":" in v)
        thesaurus = one.first("2") or (f"pmb-{local['idthes']}" if "idthes" in local else "libre")
        thesaurus += "" if one.tag == "606" else f"/{one.tag}"
        code = local.get("id") or "--".join(one.all("3")) or fr.fold(label)
        found.setdefault((thesaurus, code), ConceptDraft(thesaurus, code, label))
    return tuple(found.values())


DIVISIONS = "jxyz"


def _heading(one: MarcField) -> str:
    """Write a subject whole: its name, then form, topic, place and time after « -- »."""
    parts = (_named(one, but=DIVISIONS + "2"), *one.all(DIVISIONS))
    return " -- ".join(part for part in parts if part)


def _named(one: MarcField, *, but: str) -> str:
    """Write a name whole: a person's first name after a comma, the parts of a body after a point,
    and what qualifies it between brackets.
    """
    sign = ", " if one.tag == "600" else ". "
    name = sign.join(value.rstrip(" ,") for value in one.all("ab"))
    told = [v for c, v in one.subfields if v and c not in "ab" + but + unimarc_rest.SILENT]
    return f"{name} ({' ; '.join(told)})" if name and told else name or " ; ".join(told)
