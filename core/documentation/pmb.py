"""Tables of a PMB base (rows as JSON): records, issues, articles and copies, as PMB links them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from core import fr
from core.documentation import numbers, unimarc_copies
from core.documentation.drafts import (
    AgentDraft,
    ConceptDraft,
    ItemDraft,
    LinkDraft,
    NoticeDraft,
    PublisherDraft,
    RawField,
    by_number,
)
from core.documentation.enums import AgentKind, DocumentType, Level, LinkKind, Visibility
from core.documentation.pmb_texts import Row, attached, joined, kind_of, lines, text, words
from core.documentation.readings import FileReading, Outcome, Reading
from core.importing import FileRefusedError

Tables = Mapping[str, Sequence[Row]]
READ = {
    "analysis", "authors", "bulletins", "collections", "docs_codestat", "docs_location",
    "docs_section", "docs_statut", "docs_type", "exemplaires", "explnum", "lenders",
    "notice_statut", "notices", "notices_categories", "notices_langues", "notices_relations",
    "publishers", "responsability", "series",
}  # fmt: skip
# What a copy names by number: its column, the table of names, its key and its name there.
NAMED = {
    "location_libelle": ("expl_location", "docs_location", "idlocation", "location_libelle"),
    "section_libelle": ("expl_section", "docs_section", "idsection", "section_libelle"),
    "support_libelle": ("expl_typdoc", "docs_type", "idtyp_doc", "tdoc_libelle"),
    "proprietaire_libelle": ("expl_owner", "lenders", "idlender", "lender_libelle"),
    "statut_libelle": ("expl_statut", "docs_statut", "idstatut", "statut_libelle"),
    "codestat_libelle": ("expl_codestat", "docs_codestat", "idcode", "libelle"),
}  # fmt: skip
PLAIN_STATE = 1  # PMB's first state: nothing particular, seen by everyone
KINDS = {"70": AgentKind.PERSON, "71": AgentKind.BODY, "72": AgentKind.MEETING}
EMPTY_DAYS = {"0000-00-00", ""}
# Columns of a notice that have no place of their own, and say something a person wrote.
KEPT = ("accomp", "commentaire_gestion", "eformat", "nocoll", "thumbnail_url", "indexint")


def read(tables: Tables) -> FileReading:
    """Read the tables of a base. Rows of alerts and lists are no records: they are told.

    FileRefusedError where the file is no set of tables, or a column that links them is not there.
    """
    if not _are_tables(tables):
        raise FileRefusedError("Ce fichier JSON n’est pas fait de tables (un nom, ses lignes).")
    try:
        base = _Base(tables)
        drafts = [*map(base.notice, tables.get("notices", ())), *map(base.issue, base.own_issues())]
    except KeyError as error:
        raise FileRefusedError(
            f"Les tables de PMB n’ont pas la colonne « {error.args[0]} » : exportez-les entières."
        ) from error
    readings = tuple(
        Reading(place, Outcome.READ, number=d.external_id, title=d.title, draft=d)
        if d.title else Reading(place, Outcome.REFUSED, number=d.external_id, reason="aucun titre")
        for place, d in enumerate(drafts, start=1)
    )  # fmt: skip
    left = ", ".join(sorted(set(tables) - READ))
    notes = [f"tables laissées de côté : {left}"] if left else []
    hidden = sum(draft.visibility == Visibility.TEAM for draft in drafts)
    notes += [f"{fr.plural(hidden, 'notice')} à l’équipe seulement, selon PMB"] if hidden else []
    return FileReading("tables de PMB", readings, tuple(notes))


def _are_tables(tables: object) -> bool:
    return isinstance(tables, Mapping) and all(
        isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows)
        for rows in tables.values()
    )


class _Base:
    """The tables, with the rows of each notice at hand."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.authors = self._by("authors", "author_id")
        self.publishers = self._by("publishers", "ed_id")
        self.collections = self._by("collections", "collection_id")
        self.series = self._by("series", "serie_id")
        self.notices = self._by("notices", "notice_id")
        self.bulletins = self._by("bulletins", "bulletin_id")
        self.issues = self._of("bulletins", "num_notice")  # of each notice that is one
        self.roles = self._of("responsability", "responsability_notice")
        self.copies = self._of("exemplaires", "expl_notice")
        self.issue_copies = self._of("exemplaires", "expl_bulletin")
        self.subjects = self._of("notices_categories", "notcateg_notice")
        self.languages = self._of("notices_langues", "num_notice")
        self.articles = self._of("analysis", "analysis_notice")
        self.relations = self._of("notices_relations", "num_notice")
        self.files = self._of("explnum", "explnum_notice")
        self.issue_files = self._of("explnum", "explnum_bulletin")
        self.states = self._by("notice_statut", "id_notice_statut")
        self.names = {
            table: {row[key]: row for row in tables.get(table, ())}
            for _, table, key, _ in NAMED.values()
        }  # fmt: skip

    def _by(self, table: str, key: str) -> dict[int, Row]:
        return {row[key]: row for row in self.tables.get(table, ())}

    def _of(self, table: str, key: str) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self.tables.get(table, ()):
            found[row[key]].append(row)
        return found

    def own_issues(self) -> list[Row]:
        """Return the issues that have no notice of their own (num_notice 0)."""
        return [row for number, rows in self.issues.items() if not number for row in rows]

    def notice(self, row: Row) -> NoticeDraft:
        own = row["notice_id"]
        doc_type, level = kind_of(row)
        number = numbers.isbn13(text(row, "code"))
        serial = "" if number else numbers.issn8(text(row, "code"))
        year = text(row, "year")
        collection = self.collections.get(row["coll_id"], {})
        return NoticeDraft(
            title=text(row, "tit1"), external_id=str(own), doc_type=doc_type.value,
            level=level.value, subtitle=text(row, "tit4"), parallel_title=text(row, "tit3"),
            part_title=text(row, "tit2"), edition=text(row, "mention_edition"),
            pub_date_text=year, pub_year=numbers.year(year),
            languages=" ".join(dict.fromkeys(one["code_langue"] for one in self.languages[own])),
            extent=joined(row), series=text(collection, "collection_name") or self._series(row),
            volume=text(row, "tnvol"), notes=lines(row, "n_gen"),
            contents=lines(row, "n_contenu"), abstract=lines(row, "n_resume"),
            url=text(row, "lien"), isbn=number, isbn_text="" if serial else text(row, "code"),
            issn=serial, price_text=text(row, "prix"), agents=self._agents(own),
            publishers=self._publishers(row), keywords=words(row),
            concepts=self._concepts(own), links=self._links(own),
            items=tuple(map(self._item, self._copies(own))), raw=self._raw(row),
            visibility=self._visibility(row).value,
        )  # fmt: skip

    def issue(self, row: Row) -> NoticeDraft:
        """An issue without a notice of its own is one here: « title, n° 277 (4 août 2004) »."""
        parent = self.notices.get(row["bulletin_notice"], {})
        day = text(row, "mention_date") or text(row, "date_date")
        title = (
            text(row, "bulletin_titre") or f"{text(parent, 'tit1')}, n° {row['bulletin_numero']}"
        )
        return NoticeDraft(
            title=title, external_id=f"bulletin-{row['bulletin_id']}",
            doc_type=DocumentType.ISSUE.value, level=Level.ISSUE.value,
            volume=text(row, "bulletin_numero"), pub_date_text="" if day in EMPTY_DAYS else day,
            pub_year=numbers.year(day),
            items=tuple(map(self._item, self.issue_copies[row["bulletin_id"]])),
            raw=attached(self.issue_files[row["bulletin_id"]]),
            links=(LinkDraft(LinkKind.ISSUE_OF.value, str(row["bulletin_notice"])),),
        )  # fmt: skip

    def _copies(self, own: int) -> list[Row]:
        """Return the copies of a notice, and those of the issue that it is, if it is one."""
        issues = [one["bulletin_id"] for one in self.issues[own]]
        return [*self.copies[own], *(row for one in issues for row in self.issue_copies[one])]

    def _visibility(self, row: Row) -> Visibility:
        """A record that PMB's public catalogue hides, or of an unknown state, is the team's."""
        state = row.get("statut") or PLAIN_STATE
        is_seen = self.states.get(state, {}).get("notice_visible_opac", state == PLAIN_STATE)
        return Visibility.PUBLIC if is_seen else Visibility.TEAM

    def _item(self, row: Row) -> ItemDraft:
        day = str(row.get("expl_date_depot") or "")
        said = {key: self._named(row, key) for key in NAMED}
        flag = self.names["docs_statut"].get(row.get("expl_statut"), {}).get("pret_flag")
        columns = ("expl_cb", "expl_cote", "expl_nbparts", "expl_note", "expl_prix", "expl_comment")
        return unimarc_copies.of_pairs({}, said | {one: text(row, one) for one in columns} | {
            "expl_date_acquisition": "" if day in EMPTY_DAYS else day[:10],
            "pret_flag": "" if flag is None else str(flag),
        })  # fmt: skip

    def _named(self, row: Row, key: str) -> str:
        """Return the name that a copy gives by number; without its table, the number as one."""
        column, table, _, name = NAMED[key]
        number = row.get(column) or 0
        if number in self.names[table]:
            return text(self.names[table][number], name)
        is_said = number and (number != 1 or key in {"location_libelle", "section_libelle"})
        return f"n° {number}" if is_said else ""

    def _series(self, row: Row) -> str:
        return text(self.series.get(row.get("tparent_id") or 0, {}), "serie_name")

    def _agents(self, own: int) -> tuple[AgentDraft, ...]:
        listed = sorted(self.roles[own], key=lambda one: (
            one["responsability_type"], one["responsability_ordre"]))  # fmt: skip
        found = []
        for one in listed:
            author = self.authors.get(one["responsability_author"])
            if author is not None:
                kind = KINDS.get(str(author["author_type"]), AgentKind.PERSON)
                found.append(AgentDraft(kind.value, text(author, "author_name"),
                                        text(author, "author_rejete"),
                                        text(author, "author_date"),
                                        text(one, "responsability_fonction")))  # fmt: skip
        return tuple(dict.fromkeys(found))

    def _publishers(self, row: Row) -> tuple[PublisherDraft, ...]:
        found = (self.publishers.get(row[name]) for name in ("ed1_id", "ed2_id"))
        return tuple(
            PublisherDraft(text(one, "ed_name"), text(one, "ed_ville")) for one in found if one
        )

    def _concepts(self, own: int) -> tuple[ConceptDraft, ...]:
        """Name categories by their node: labels come with the thesaurus, imported beside."""
        listed = sorted(self.subjects[own], key=lambda one: one["ordre_categorie"])
        return tuple(
            ConceptDraft("pmb-1", code, by_number(code))
            for code in (str(one["num_noeud"]) for one in listed)
        )

    def _links(self, own: int) -> tuple[LinkDraft, ...]:
        found = [
            LinkDraft(LinkKind.IN.value, self._issue_number(one["analysis_bulletin"]))
            for one in self.articles[own]
        ]
        found += [
            LinkDraft((LinkKind.ISSUE_OF if one["relation_type"] == "b" else LinkKind.ABOUT).value,
                      str(one["linked_notice"]))
            for one in self.relations[own]
        ]  # fmt: skip
        return tuple(dict.fromkeys(found))

    def _issue_number(self, bulletin: int) -> str:
        own = self.bulletins.get(bulletin, {}).get("num_notice")
        return str(own) if own else f"bulletin-{bulletin}"

    def _raw(self, row: Row) -> tuple[RawField, ...]:
        found = [RawField(f"pmb:{n}", text(row, n)) for n in KEPT if text(row, n) not in {"", "0"}]
        own = row["notice_id"]
        issues = [one["bulletin_id"] for one in self.issues[own]]
        files = [*self.files[own], *(file for one in issues for file in self.issue_files[one])]
        return (*found, *attached(files))
