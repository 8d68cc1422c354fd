"""RIS, BibTeX, CSV and PMB's tables: what real files do, and nothing dropped in silence."""

import json
from typing import Any

import pytest

from core import exporting
from core.documentation import bibtex, record_files, ris, tabular
from core.documentation.drafts import (
    AgentDraft,
    ItemDraft,
    NoticeDraft,
    PublisherDraft,
    RawField,
)
from core.documentation.import_report import CatalogueReport, started
from core.documentation.readings import FileReading
from core.importing import FileRefusedError

EDITOR, AUTHOR = "340", "070"


def csv_of(text: str) -> list[NoticeDraft]:
    return tabular.read(text.encode()).drafts()


def test_ris_keeps_both_numbers_an_unknown_type_and_a_record_without_end() -> None:
    first, second = ris.read(
        "TY  - CONF\nTI  - A\nSN  - 978-2-07-036822-8\nSN  - 0768-3138\nSN  - X\nLA  - French\n"
        "TY  - BOOK\nTI  - B\nER  - \n"
    ).drafts()
    assert (first.isbn, first.issn, first.languages) == ("9782070368228", "0768-3138", "fre")
    assert first.raw == (RawField("ris:SN", "X"), RawField("ris:TY", "CONF"))
    assert ris.write([first]).startswith(b"TY  - CONF\n")
    assert (second.title, second.raw) == ("B", ())


def test_ris_keeps_the_order_of_agents_and_the_place_of_each_publisher() -> None:
    draft = NoticeDraft(
        title="T", external_id="1",
        agents=(AgentDraft("personne", "A", "a", role=EDITOR),
                AgentDraft("collectivite", "Jeunesse, des Sports", role=AUTHOR)),
        publishers=(PublisherDraft("Seuil"), PublisherDraft("", "Lyon"),
                    PublisherDraft("Aube", "Paris")),
    )  # fmt: skip
    assert ris.read(ris.write([draft]).decode()).drafts() == [draft]
    (foreign,) = ris.read("TY  - BOOK\nTI  - T\nPB  - A\nPB  - B\nCY  - C\nCY  - D\n").drafts()
    assert foreign.publishers == (PublisherDraft("A", "C"), PublisherDraft("B", "D"))


def test_bibtex_joins_parts_and_keeps_kinds_quotes_and_addresses() -> None:
    one, two = bibtex.read(
        '@string{ed = "Aube"}\n'
        '@book{k, title = "A" # " B", publisher = ed, year = 2009, '
        "author = {François Dubet and de la Cour, A.}, url={https://x.fr/~moi/a--b\\_c}}\n"
        '@manual{m, title={Le "grand" soir}, language={fr}, langid={french}}'
    ).drafts()
    assert (one.title, one.pub_year, one.url) == ("A B", 2009, "https://x.fr/~moi/a--b_c")
    assert one.publishers == (PublisherDraft("Aube"),)
    assert [(who.kind, who.shown) for who in one.agents] == [
        ("personne", "Dubet, François"), ("personne", "de la Cour, A."),
    ]  # fmt: skip
    assert (two.title, two.languages) == ('Le "grand" soir', "fre")
    assert RawField("bibtex:@", "manual") in two.raw
    assert bibtex.write([two]).startswith(b"@manual{m,")


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("Charles de Gaulle", "personne", "de Gaulle, Charles"),
        ("{Ministère de la Ville and co}", "collectivite", "Ministère de la Ville and co"),
        ("Conseil régional Midi-Pyrénées", "collectivite", "Conseil régional Midi-Pyrénées"),
        ("INSEE", "collectivite", "INSEE"), ("King, Jr., Martin", "personne", "King Jr., Martin"),
    ],
)  # fmt: skip
def test_bibtex_tells_persons_from_bodies(text: str, kind: str, shown: str) -> None:
    (draft,) = bibtex.read(f"@book{{k, title={{T}}, author={{{text}}}}}").drafts()
    assert [(one.kind, one.shown) for one in draft.agents] == [(kind, shown)]


def test_bibtex_writes_agents_of_every_role() -> None:
    agents = (
        AgentDraft("personne", "Dubet", "F.", role=AUTHOR),
        AgentDraft("collectivite", "Ministère, des Sports", role="723"),
        AgentDraft("personne", "Martin", "L.", role="440"),
    )  # fmt: skip
    (back,) = bibtex.read(bibtex.write([NoticeDraft(title="T", agents=agents)]).decode()).drafts()
    assert set(back.agents) == set(agents)


def test_csv_keeps_cells_beyond_its_headings_and_titles_with_a_hash() -> None:
    first, second = csv_of(
        "# Exporté hier\ntitre;auteurs\nT;X;perdu1;perdu2\n#MeToo et la ville;Y\n\n# 2 notices\n"
    )
    assert first.raw == (RawField("csv:colonne 3", "perdu1"), RawField("csv:colonne 4", "perdu2"))
    assert second.title == "#MeToo et la ville"


def test_csv_comes_back_as_it_left() -> None:
    drafts = [
        NoticeDraft(title="-isme et ville", languages="fre"),
        NoticeDraft(title="Revue", level="s", doc_type="periodique"),
        NoticeDraft(title="T", items=(ItemDraft(shelf_mark="A"),
                                      ItemDraft(barcode="B2", shelf_mark="B"))),
        NoticeDraft(title="M", agents=(AgentDraft("collectivite", "Ville, Jeunesse", role=AUTHOR),
                                       AgentDraft("personne", "Dubet", "F.", role=EDITOR))),
    ]  # fmt: skip
    assert (
        tabular.read(exporting.to_csv(tabular.table(drafts), tabular.labels())).drafts() == drafts
    )


def test_no_cell_that_leaves_is_run_by_a_spreadsheet() -> None:
    draft = NoticeDraft(
        title="=1+1", notes="@SOMME(A1)", keywords=("+33",),
        items=(ItemDraft(shelf_mark="-A1"),),
    )  # fmt: skip
    content = exporting.to_csv(tabular.table([draft]), tabular.labels()).decode("utf-8-sig")
    cells = content.split("\n")[1].split(";")
    assert [cell for cell in cells if cell[:1] in {"=", "+", "-", "@"}] == []
    assert {"'=1+1", "'@SOMME(A1)", "'+33", "'-A1"} <= set(cells)


def test_a_letter_cut_at_the_end_of_what_is_looked_at_hides_no_catalogue() -> None:
    for shift in range(3):
        content = "titre;éditeurs;résumé\n".encode() + b"x" * shift + "é".encode() * 60_000
        assert record_files.kind_of(content[:100_000]) == "csv"
    assert record_files.kind_of(b"titre;auteurs\rA;B\r") == "csv"
    (long,) = csv_of("titre;auteurs;notes\nT;X;" + "a" * 140_000)
    assert len(long.notes) == 140_000


def pmb_of(**tables: Any) -> FileReading:
    return record_files.read(json.dumps(tables).encode(), "base.json")


NOTICE: dict[str, object] = {
    "notice_id": 1, "typdoc": "a", "tit1": "Titre", "niveau_biblio": "m", "coll_id": 0,
    "ed1_id": 0, "ed2_id": 0, "statut": 1,
}  # fmt: skip
COPY: dict[str, object] = {
    "expl_cb": "b1", "expl_notice": 1, "expl_bulletin": 0, "expl_location": 2, "expl_section": 13,
    "expl_statut": 4, "expl_owner": 3, "expl_typdoc": 5, "expl_prix": "12,50",
}  # fmt: skip


def test_pmb_names_what_its_copies_say_by_number() -> None:
    read = pmb_of(
        notices=[NOTICE], exemplaires=[COPY],
        docs_location=[{"idlocation": 2, "location_libelle": "Toulouse"}],
        docs_statut=[{"idstatut": 4, "statut_libelle": "Réservé", "pret_flag": 0}],
        lenders=[{"idlender": 3, "lender_libelle": "Acsé"}],
        docs_type=[{"idtyp_doc": 5, "tdoc_libelle": "DVD"}],
    )  # fmt: skip
    (copy,) = read.drafts()[0].items
    assert (copy.location, copy.section, copy.owner, copy.medium) == (
        "Toulouse", "n° 13", "Acsé", "DVD",
    )  # fmt: skip
    assert (copy.loan_class, copy.note, copy.price_cents) == ("exclu", "statut : Réservé", 1250)


def test_what_pmb_hides_from_the_public_comes_in_for_the_team() -> None:
    states = [
        {"id_notice_statut": 2, "notice_visible_opac": 0},
        {"id_notice_statut": 3, "notice_visible_opac": 1},
    ]
    notices = [NOTICE | {"notice_id": own, "statut": own} for own in (1, 2, 3, 4)]
    read = pmb_of(notices=notices, notice_statut=states, bannettes=[])
    assert [one.visibility for one in read.drafts()] == ["public", "equipe", "public", "equipe"]
    assert started("base", read).counted()[-2:] == [
        "Tables laissées de côté : bannettes.", "2 notices à l’équipe seulement, selon PMB.",
    ]  # fmt: skip


def test_files_of_an_issue_are_kept() -> None:
    issue = {"bulletin_id": 7, "bulletin_numero": "12", "bulletin_notice": 1, "num_notice": 0,
             "bulletin_titre": "", "mention_date": "2004", "date_date": ""}  # fmt: skip
    file = {"explnum_notice": 0, "explnum_bulletin": 7, "explnum_nom": "Le numéro",
            "explnum_url": "http://a.fr"}  # fmt: skip
    own = pmb_of(notices=[NOTICE], bulletins=[issue], explnum=[file]).drafts()[1]
    assert own.raw == (RawField("pmb:explnum", "Le numéro http://a.fr"),)


@pytest.mark.parametrize("text", ['{"notices": [{"x": 1}]}', '{"notices": 3}', '{"notices": ['])
def test_tables_that_are_none_are_refused_in_french(text: str) -> None:
    with pytest.raises(FileRefusedError, match=r"colonne « |tables|mal formé"):
        record_files.read(text.encode(), "base.json")


def test_a_report_counts_one_as_one() -> None:
    report = CatalogueReport("a", authorities=1, links_lost=1)
    assert report.counted()[2:] == [
        "Mise à part : 1 notice d’autorité.", "1 lien gardé tel quel vers une notice absente.",
    ]  # fmt: skip
