"""The lists of a UNIMARC record: publishers, agents, keywords and subjects."""

from collections.abc import Iterable

from core import fr
from core.documentation.drafts import AgentDraft, ConceptDraft, PublisherDraft
from core.documentation.enums import AgentKind, Role
from core.documentation.marc import MarcField, MarcRecord

SUBJECTS = ("600", "601", "602", "604", "605", "606", "607", "608")
PEOPLE = {"700": "personne", "701": "personne", "702": "personne",
          "710": "collectivite", "711": "collectivite", "712": "collectivite"}  # fmt: skip


def publishers(record: MarcRecord) -> tuple[PublisherDraft, ...]:
    """Read 214 and 210: PMB writes both with the same content, so each is counted once."""
    found: dict[tuple[str, str], PublisherDraft] = {}
    for one in record.of("214", "210"):
        place, is_used = "", True
        for code, value in one.subfields:
            if code == "a" and value:
                place, is_used = value, False
            elif code == "c" and value:
                found.setdefault((fr.fold(value), fr.fold(place)), PublisherDraft(value, place))
                is_used = True
        if not is_used:
            found.setdefault(("", fr.fold(place)), PublisherDraft("", place))
    return tuple(found.values())


def agents(record: MarcRecord) -> tuple[AgentDraft, ...]:
    """Read persons and bodies, one draft for each function ($4) of each."""
    found = []
    for tag, kind in PEOPLE.items():
        for one in record.of(tag):
            if not one.first("a"):
                continue
            own = kind
            if kind == AgentKind.BODY and one.indicators[:1] == "1":
                own = AgentKind.MEETING.value
            roles = one.all("4") or [Role.AUTHOR.value if tag in {"700", "710"} else ""]
            name, first = one.first("a").rstrip(" ,"), one.first("b").rstrip(" ,")
            if own != AgentKind.PERSON:
                name, first = ". ".join([name, *one.all("b")]), ""
            found += [AgentDraft(own, name, first, one.first("f"), role) for role in roles]
    return tuple(dict.fromkeys(found))


def keywords(record: MarcRecord) -> tuple[str, ...]:
    """Read 610; PMB puts a whole list in one subfield, with « ; » or « / » between."""
    found: list[str] = []
    for value in (value for one in record.of("610") for value in one.all("a")):
        sign = ";" if ";" in value else " / " if " / " in value else "\n"
        found += [" ".join(part.split()) for part in value.split(sign)]
    return tuple(dict.fromkeys(word for word in found if word))


def concepts(record: MarcRecord) -> tuple[ConceptDraft, ...]:
    """Read subjects: the thesaurus is $2 (PMB: $9 idthes), the code $3
    (PMB: $9 id), else the label.

    A heading that is not a common noun keeps its tag with the thesaurus: « rameau/600 ».
    """
    found: dict[tuple[str, str], ConceptDraft] = {}
    for one in record.of(*SUBJECTS):
        label = " -- ".join(_heading(one))
        if not label:
            continue
        local = dict(v.split(":", 1) for v in one.all("9") if ":" in v)
        thesaurus = one.first("2") or (f"pmb-{local['idthes']}" if "idthes" in local else "libre")
        thesaurus += "" if one.tag == "606" else f"/{one.tag}"
        code = local.get("id") or "--".join(one.all("3")) or fr.fold(label)
        found.setdefault((thesaurus, code), ConceptDraft(thesaurus, code, label))
    return tuple(found.values())


def _heading(one: MarcField) -> Iterable[str]:
    """Give the parts of a heading; a person's first name and dates go with the name."""
    name = one.first("a")
    if one.tag == "600":
        dates = f" ({one.first('f')})" if one.first("f") else ""
        name = ", ".join(part for part in (name, one.first("b")) if part) + dates
    return [part for part in (name, *one.all("xyz")) if part]
