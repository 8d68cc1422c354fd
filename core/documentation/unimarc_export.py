"""Drafts written as UNIMARC, ISO 2709 in UTF-8 or MARCXML. Nothing is cut: refused if too long."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr  # it writes, and reads nothing

from core.documentation import marc, unimarc_copies, unimarc_parts, unimarc_rest
from core.documentation.drafts import AgentDraft, ItemDraft, NoticeDraft, PublisherDraft
from core.documentation.enums import AgentKind, DocumentType, Level, LinkKind
from core.documentation.marc import MarcField
from core.errors import DomainError

LONGEST_FIELD, LONGEST_RECORD = 9_999, 99_999
LEADER_TYPES = {
    DocumentType.MANUSCRIPT: "b", DocumentType.MUSIC: "c", DocumentType.MAP: "e",
    DocumentType.VIDEO: "g", DocumentType.SOUND: "i", DocumentType.IMAGE: "k",
    DocumentType.ELECTRONIC: "l", DocumentType.MULTIMEDIA: "m", DocumentType.OBJECT: "r",
}  # fmt: skip
OF_LEVEL = {Level.SERIAL: DocumentType.PERIODICAL, Level.ISSUE: DocumentType.ISSUE,
            Level.PART: DocumentType.ARTICLE}  # fmt: skip
XML_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">\n'
)


def leader(draft: NoticeDraft) -> str:
    """Return the leader without its lengths; an issue is « s2 », as PMB writes it."""
    sign = LEADER_TYPES.get(DocumentType(draft.doc_type), "a")
    level = "s2" if draft.level == Level.ISSUE else f"{draft.level} "
    return f"00000n{sign}{level} 2200000   450 "


def fields(draft: NoticeDraft) -> list[MarcField]:
    """Return the fields of a draft, in the order of their tags; raw ones in their own places."""
    listed = [
        MarcField("001", data=draft.external_id), MarcField("100", "  ", (("a", _coded(draft)),)),
        *_identity(draft), *_description(draft), *_texts(draft), *_subjects(draft),
        *_agents(draft.agents), *_links(draft), *_own(draft), *_source(draft),
        *(one for item in draft.items for one in _copies(item)),
    ]  # fmt: skip
    parts = []
    for raw in sorted(draft.raw, key=lambda one: one.tag):
        if unimarc_rest.PART.fullmatch(raw.tag):
            parts.append(marc.parse_raw(raw.tag[:3], raw.text))
        elif len(raw.tag) == 3 and raw.tag.isdigit():
            listed.append(marc.parse_raw(raw.tag, raw.text))
        else:
            listed.append(unimarc_rest.elsewhere(raw))
    return sorted(unimarc_rest.put_back(listed, parts), key=lambda one: one.tag)


def _coded(draft: NoticeDraft) -> str:
    """Return 100 $a, 36 characters: dates, audience, « 50 » for UTF-8."""
    year = f"{draft.pub_year:04}" if draft.pub_year is not None else "    "
    return f"        d{year}    m  y0frey50      ba"[:36].ljust(36)


def _one(tag: str, *pairs: tuple[str, str], indicators: str = "  ") -> list[MarcField]:
    """Return a field of the subfields that say something, or none."""
    said = tuple((code, value) for code, value in pairs if value)
    return [MarcField(tag, indicators, said)] if said else []


def _identity(draft: NoticeDraft) -> list[MarcField]:
    shown = DocumentType(draft.doc_type)
    implied = OF_LEVEL.get(Level(draft.level), DocumentType.TEXT)
    is_said = shown in (*LEADER_TYPES, implied)
    responsibility = draft.responsibility
    return [
        *_one("010", ("a", draft.isbn_text or draft.isbn), ("d", draft.price_text)),
        *_one("011", ("a", draft.issn)),
        *_one("101", *(("a", code) for code in draft.languages.split()), indicators="0 "),
        *(
            field
            for line in draft.identifiers.split("\n")
            for field in _one("014", ("a", line.partition(":")[2]), ("b", line.partition(":")[0]))
        ),
        *_one("102", ("a", draft.country)),
        *_one(
            "200", ("a", draft.title), ("b", "" if is_said else shown.label),
            ("e", draft.subtitle), ("d", draft.parallel_title), ("i", draft.part_title),
            ("f", responsibility), ("v", "" if draft.series else draft.volume), indicators="1 ",
        ),
    ]  # fmt: skip


def _description(draft: NoticeDraft) -> list[MarcField]:
    return [
        *_one("205", ("a", draft.edition)),
        *_published(draft),
        *_one("215", ("a", draft.extent)),
        *_one("225", ("a", draft.series), ("v", draft.volume if draft.series else "")),
        *_one("676", ("a", draft.classification)),
    ]


def _published(draft: NoticeDraft) -> list[MarcField]:
    """Write a 214 for each publisher, the date in the first: a name never gets another's place."""
    listed = draft.publishers or (PublisherDraft(""),)
    dates = [draft.pub_date_text, *("" for _ in listed)]
    return [
        field
        for one, date in zip(listed, dates, strict=False)
        for field in _one("214", ("a", one.place), ("c", one.name), ("d", date), indicators=" 0")
    ]


def _texts(draft: NoticeDraft) -> list[MarcField]:
    listed = (
        ("300", draft.notes), ("319", draft.rights), ("327", draft.contents),
        ("330", draft.abstract),
    )  # fmt: skip
    found = [
        one for tag, text in listed for line in text.split("\n") for one in _one(tag, ("a", line))
    ]
    return found + _one("856", ("u", draft.url))


def _subjects(draft: NoticeDraft) -> list[MarcField]:
    found = []
    for one in draft.concepts:
        thesaurus, _, tag = one.thesaurus.partition("/")
        found += _one(tag or "606", ("3", one.code), ("a", one.label), ("2", thesaurus))
    for word in draft.keywords:
        whole = unimarc_parts.WHOLE if ";" in word or "/" in word else ""
        found += _one("610", ("a", word), ("9", whole), indicators="0 ")
    return found


INDICATORS = {AgentKind.PERSON: " 1", AgentKind.BODY: "02", AgentKind.MEETING: "12"}


def _agents(agents: Iterable[AgentDraft]) -> list[MarcField]:
    """Write each agent with its function, under tags that keep their order once sorted."""
    found: list[MarcField] = []
    last: dict[str, str] = {}
    for one in agents:
        stem = "70" if one.kind == AgentKind.PERSON else "71"
        if stem not in last and one.role:
            last[stem] = "0"
        else:
            last[stem] = "1" if one.role == "070" and last.get(stem, "2") < "2" else "2"
        found += _one(
            stem + last[stem], ("a", one.name), ("b", one.first_name), ("f", one.dates),
            ("4", one.role), indicators=INDICATORS[AgentKind(one.kind)],
        )  # fmt: skip
    return found


def _links(draft: NoticeDraft) -> list[MarcField]:
    return [
        field
        for one in draft.links
        for field in _one(
            unimarc_rest.LINK_TAGS[LinkKind(one.kind)], ("9", f"id:{one.external_id}")
        )
    ]


def _own(draft: NoticeDraft) -> list[MarcField]:
    """Write what UNIMARC has no field for as PMB does its custom ones: 900, the name in $n."""
    pairs = [("theme", code) for code in draft.themes]
    pairs += [("territoire", key) for key in draft.territories]
    return [field for name, value in pairs for field in _one("900", ("a", value), ("n", name))]


def _source(draft: NoticeDraft) -> list[MarcField]:
    """Say whose number is in 001, so that the record is known again when it comes back."""
    said = (("a", "FR"), ("b", draft.source), ("2", marc.OUR_MARK))
    return _one("801", *said, indicators=" 3") if draft.source else []


def _copies(item: ItemDraft) -> list[MarcField]:
    """Write 995 for everyone, and 996 with all that we know, in PMB's way."""
    day = item.acquired_on.replace("-", "")
    code = unimarc_copies.barcode(item.barcode)
    pairs = {
        "expl_cb": code, "expl_cote": item.shelf_mark, "location_libelle": item.location,
        "section_libelle": item.section, "support_libelle": item.medium,
        "proprietaire_libelle": item.owner, "etat": item.state, "classe_pret": item.loan_class,
        "expl_nbparts": str(item.parts_expected), "expl_date_acquisition": item.acquired_on,
        "expl_prix_centimes": "" if item.price_cents is None else str(item.price_cents),
    }  # fmt: skip
    listed = [("9", f"{key}:{value}") for key, value in pairs.items() if value]
    listed += [("9", f"piece:{part}") for part in item.parts]
    listed += [("9", f"expl_note:{line}") for line in item.note.split("\n") if line]
    basic = _one("995", ("a", item.owner), ("f", code), ("k", item.shelf_mark),
                 ("r", item.medium), ("m", day))  # fmt: skip
    return [*(basic or [MarcField("995", "  ", (("f", ""),))]), *_one("996", *listed)]


def to_iso2709(drafts: Iterable[NoticeDraft]) -> bytes:
    """Write records in ISO 2709. DomainError for one that the format cannot hold: never cut."""
    return b"".join(_iso2709(draft) for draft in drafts)


def _iso2709(draft: NoticeDraft) -> bytes:
    directory, bodies, at = b"", b"", 0
    for one in fields(draft):
        body = _body(one).encode() + marc.END_FIELD
        if len(body) > LONGEST_FIELD:
            raise DomainError(
                f"« {draft.title} » : la zone {one.tag} est trop longue pour l’ISO 2709 "
                "(9 999 octets). Choisissez l’export XML."
            )
        directory += f"{one.tag}{len(body):04}{at:05}".encode()
        bodies, at = bodies + body, at + len(body)
    base = 24 + len(directory) + 1
    total = base + len(bodies) + 1
    if total > LONGEST_RECORD:
        raise DomainError(
            f"« {draft.title} » est trop longue pour l’ISO 2709. Choisissez l’export XML."
        )
    head = leader(draft)
    start = f"{total:05}{head[5:12]}{base:05}{head[17:24]}".encode()
    return start + directory + marc.END_FIELD + bodies + marc.END_RECORD


def _body(one: MarcField) -> str:
    if not one.subfields:
        return one.data
    return one.indicators + "".join(
        f"{marc.SUBFIELD}{c}{_flat(one.tag, v)}" for c, v in one.subfields
    )


def _flat(tag: str, text: str) -> str:
    """Write a value on one line; coded fields (1XX) keep their positions."""
    return text if tag.startswith("1") else " ".join(text.split())


def to_xml(drafts: Iterable[NoticeDraft]) -> bytes:
    """Write records in MARCXML, whose names every tool reads, with UNIMARC inside."""
    text = "".join(_xml(draft) for draft in drafts)
    return f"{XML_HEAD}{text}</collection>\n".encode()


def _xml(draft: NoticeDraft) -> str:
    rows = [f"  <leader>{leader(draft)}</leader>"]
    for one in fields(draft):
        if not one.subfields:
            rows.append(f'  <controlfield tag="{one.tag}">{escape(one.data)}</controlfield>')
            continue
        first, second = (quoteattr(sign) for sign in one.indicators)
        rows.append(f'  <datafield tag="{one.tag}" ind1={first} ind2={second}>')
        rows += [
            f"    <subfield code={quoteattr(c)}>{escape(_flat(one.tag, v))}</subfield>"
            for c, v in one.subfields
        ]
        rows.append("  </datafield>")
    return "<record>\n" + "\n".join(rows) + "\n</record>\n"
