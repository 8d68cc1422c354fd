"""Records typed, merged and shown; the demonstration and the counts."""

import numpy as np
import pandas as pd
import pytest
from sqlmodel import select

from core import db
from core.documentation import (
    alike,
    demonstration,
    facet_queries,
    merging,
    operations,
    queries,
    reading,
)
from core.documentation.drafts import (
    AgentDraft,
    ItemDraft,
    LinkDraft,
    NoticeDraft,
    PublisherDraft,
)
from core.documentation.enums import Facet, NoticeState
from core.documentation.models import Notice
from core.errors import DomainError, ForbiddenError
from core.territories import loading as territories
from tests.conftest import NOW
from tests.core.documentation.making import PUBLIC, STAFF, fill
from tests.core.documentation.making import search as found


def create(draft: NoticeDraft) -> int:
    with db.writing("documentation") as session:
        return operations.create_notice(session, STAFF, draft, now=NOW)


def card(notice_id: int) -> queries.NoticeCard:
    with db.reading() as session:
        own = queries.card(session, STAFF, notice_id=notice_id)
    assert own is not None
    return own


def test_a_record_is_typed_checked_and_found(store: str) -> None:
    own = create(NoticeDraft(title=" Vivre  ensemble ", isbn_text="2-211-04459-X"))
    assert (card(own).draft.title, card(own).draft.isbn) == ("Vivre ensemble", "9782211044592")
    assert found("isbn:2-211-04459-x").ids == (own,)
    for draft, said in (
        (NoticeDraft(title=" "), "titre"),
        (NoticeDraft(title="A", isbn_text="123"), "ISBN « 123 »"),
        (NoticeDraft(title="A", pub_year=99), "entre 1400 et 2013"),
        (NoticeDraft(title="A", pub_year=2014), "entre 1400 et 2013"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=said):
            create(draft)
    with db.writing("documentation") as session, pytest.raises(ForbiddenError):
        operations.create_notice(session, PUBLIC, NoticeDraft(title="A"), now=NOW)


def test_a_taken_barcode_is_refused_and_nothing_stays(store: str) -> None:
    create(NoticeDraft(title="Un", items=(ItemDraft(barcode="B1"),)))
    with pytest.raises(DomainError, match="B1"):
        create(NoticeDraft(title="Deux", items=(ItemDraft(barcode="B1"),)))
    assert found("", STAFF).total == 1


def test_a_save_over_another_s_is_refused(store: str) -> None:
    own = create(NoticeDraft(title="Un"))
    with db.writing("documentation") as session:
        operations.change_notice(
            session, STAFF, notice_id=own, draft=NoticeDraft(title="Deux"), version=1, now=NOW
        )
    with db.writing("documentation") as session, pytest.raises(DomainError, match="entre-temps"):
        operations.change_notice(
            session, STAFF, notice_id=own, draft=NoticeDraft(title="Trois"), version=1, now=NOW
        )
    assert (card(own).draft.title, card(own).version) == ("Deux", 2)


def test_a_duplicate_is_found_among_many_by_its_number_or_its_title(store: str) -> None:
    titles = [f"Rapport d’activité {rank:04}" for rank in range(600)]
    numbered = NoticeDraft(title="Zz", isbn="9782070368228", isbn_text="9782070368228")
    ids = fill(*(NoticeDraft(title=one) for one in titles), numbered)

    def found(title: str = "", number: str = "") -> pd.DataFrame:
        with db.reading() as session:
            typed = NoticeDraft(title=title, isbn_text=number)
            return alike.duplicates(session, STAFF, typed)

    by_number = found(number="978-2-07-036822-8")
    assert by_number[["id", "why"]].to_numpy().tolist() == [[ids[-1], "même ISBN"]]
    assert found(title="Rapport d’activité 0599")["id"].tolist()[0] == ids[599]
    assert found().empty


def test_duplicates_are_proposed_while_typing(store: str) -> None:
    same, _, near = fill(
        NoticeDraft(title="Autre chose", isbn="9782211044592"), NoticeDraft(title="Rien à voir"),
        NoticeDraft(title="La politique de la ville en France"),
    )  # fmt: skip
    with db.reading() as session:
        table = alike.duplicates(
            session, STAFF,
            NoticeDraft(title="Politique de la ville en france", isbn_text="2-211-04459-X"),
        )  # fmt: skip
    assert list(zip(table["id"], table["why"], strict=True)) == [
        (same, "même ISBN"), (near, "titre très proche"),
    ]  # fmt: skip


def test_two_records_are_merged_and_parted_again(store: str) -> None:
    kept, merged, article = fill(
        NoticeDraft(title="La ville", keywords=("ville",), items=(ItemDraft(barcode="B1"),)),
        NoticeDraft(title="La ville.", abstract="Résumé", items=(ItemDraft(barcode="B2"),),
                    agents=(AgentDraft("personne", "Dubet", "F.", "", "070"),)),
        NoticeDraft(title="Article"),
    )  # fmt: skip
    with db.writing("documentation") as session:
        operations.change_notice(
            session, STAFF, notice_id=article, version=1, now=NOW,
            draft=NoticeDraft(title="Article", links=(LinkDraft("dans", f"rt{merged:08}"),)),
        )  # fmt: skip
        before = reading.read(session, [kept, merged, article])
    with db.writing("documentation") as session:
        merge = merging.merge_notices(session, STAFF, kept_id=kept, merged_id=merged, now=NOW)
    own = card(merged)
    assert own.id == kept
    assert (own.draft.abstract, own.draft.agents[0].name) == ("Résumé", "Dubet")
    assert [item.barcode for item in own.draft.items] == ["B1", "B2"]
    assert card(article).draft.links == (LinkDraft("dans", f"rt{kept:08}"),)
    assert found("ville").ids == (kept,)
    with db.writing("documentation") as session:
        merging.undo_merge(session, STAFF, merge_id=merge, now=NOW)
    with db.reading() as session:
        assert reading.read(session, [kept, merged, article]) == before
    assert set(found("ville").ids) == {kept, merged}
    with db.writing("documentation") as session, pytest.raises(DomainError, match="déjà annulée"):
        merging.undo_merge(session, STAFF, merge_id=merge, now=NOW)


def test_what_readers_did_not_see_is_not_shown_by_a_merge(store: str) -> None:
    kept, team, draft = fill(
        NoticeDraft(title="La ville"), NoticeDraft(title="Ville", visibility="equipe", notes="X"),
        NoticeDraft(title="Villes", status="brouillon", abstract="Y"),
    )  # fmt: skip
    merges = []
    for other in (team, draft):
        with db.writing("documentation") as session:
            merges.append(
                merging.merge_notices(session, STAFF, kept_id=kept, merged_id=other, now=NOW)
            )
        with db.reading() as session:
            assert queries.card(session, PUBLIC, notice_id=kept) is None
    assert (card(kept).draft.notes, card(kept).draft.visibility) == ("X", "equipe")
    for merge in reversed(merges):
        with db.writing("documentation") as session:
            merging.undo_merge(session, STAFF, merge_id=merge, now=NOW)
    assert (card(kept).draft.notes, card(kept).draft.visibility) == ("", "public")
    with db.writing("documentation") as session:
        merging.merge_notices(session, STAFF, kept_id=kept, merged_id=team, now=NOW, is_opened=True)
        shown = queries.card(session, PUBLIC, notice_id=kept)
    assert shown is not None
    assert shown.draft.notes == "X"


def test_states_say_who_finds_a_record(store: str) -> None:
    own = create(NoticeDraft(title="Un", items=(ItemDraft(barcode="B1"),)))
    with db.writing("documentation") as session:
        operations.set_status(session, STAFF, notice_id=own, status=NoticeState.HIDDEN, now=NOW)
    assert (found("un").total, found("un", STAFF).total) == (0, 1)
    with db.reading() as session:
        assert queries.card(session, PUBLIC, notice_id=own) is None
        assert queries.drafts_of(session, PUBLIC, [own]) == {}
    with db.writing("documentation") as session, pytest.raises(DomainError, match="exemplaires"):
        operations.set_status(session, STAFF, notice_id=own, status=NoticeState.DELETED, now=NOW)


def test_all_publishers_are_kept(store: str) -> None:
    many = tuple(PublisherDraft(f"Éditeur {n}", "Paris") for n in range(4))
    own = create(NoticeDraft(title="Un", publishers=many))
    assert card(own).draft.publishers == many


def test_the_demonstration_is_whole_marked_and_the_same_each_time(store: str) -> None:
    with db.writing("territories", "documentation") as session:
        territories.load_reference(session)
        ids = demonstration.fill(session, now=NOW)
    assert len(ids) == 2_000
    with db.reading() as session:
        counts = queries.counts(session)
        assert counts["records"] == 2_000
        assert counts["copies"] > 1_900
        marks = session.exec(select(Notice.is_simulated).distinct()).all()
        assert marks == [True]
        answer = found("CUCS")
        assert answer.widenings[0].labels == ("Contrat urbain de cohésion sociale",)
        assert answer.total == 20  # of five years: nothing is written of CUCS before 2007
        names = facet_queries.offered(session, counts=answer.counts)
        assert names.of(Facet.TYPE)
        assert {one.label for one in names.of(Facet.CENTRE)} == {"R&T"}
    assert found("").total < found("", STAFF).total == 2_000


def test_the_same_seed_draws_the_same_records() -> None:
    first, second = (demonstration.invented(np.random.default_rng(1), 50) for _ in range(2))
    assert first == second
    assert len({draft.digest for draft in first}) == 50
    assert all("inventée" in draft.notes for draft in first)
