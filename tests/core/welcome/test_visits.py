"""Visits: counted as written on the page, corrected, taken back; the figures of 2010."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from core import db
from core.access import Role, viewer_for
from core.circulation.models import Reader, ReaderCategory
from core.errors import DomainError, ForbiddenError
from core.journal import JournalEntry
from core.people.models import Consent, Person
from core.welcome import counting, name_lists, operations, queries
from core.welcome.counting import Came, Totals
from core.welcome.models import Visit, VisitPerson
from core.welcome.motives import Motive, VisitKind
from core.welcome.operations import VisitDraft, VisitReport
from tests.core.welcome.making import TODAY, totals, visit
from tests.factories import NOW, STAFF

GROUPS = (14, 5, 4, 4)


def people() -> dict[str, str]:
    with db.reading() as session:
        return {row.search_key: row.email for row in session.exec(select(Person))}


def firsts() -> list[tuple[int, int | None]]:
    """Return (visit, person) of every first welcome with a name."""
    with db.reading() as session:
        rows = session.exec(select(VisitPerson).order_by(VisitPerson.id))  # type: ignore[arg-type]  # a column
        return [(row.visit_id, row.person_id) for row in rows if row.is_first_welcome]


def test_the_figures_of_2010_entered_by_the_rules_give_237_and_363(store: str) -> None:
    days = [date(2010, 1 + rank % 12, 1 + rank % 28) for rank in range(359)]
    with db.writing(*operations.DOMAINS) as session:
        for size in GROUPS:
            record(session, VisitDraft(date(2010, 3, 4), VisitKind.GROUP, newcomers=size))
        for rank, day in enumerate(days):
            record(session, VisitDraft(day, newcomers=int(rank < 237 - sum(GROUPS))))
    assert totals(2010) == Totals(363, 237, 386, 4, 27, 0)
    assert totals(2011) == Totals()


def record(session: Session, draft: VisitDraft) -> None:
    operations.record_visit(session, STAFF, draft, today=TODAY, now=NOW)


def test_a_group_is_one_visit_and_each_newcomer_one_first_welcome(store: str) -> None:
    first = visit("DUPONT Marie, marie@exemple.fr\nDurand Paul", newcomers=3, others=2)
    assert (first.first_welcomes, first.found, first.added) == (5, 0, 2)
    again = visit("Dupont Marie\nDurand Paul, paul@exemple.fr\nNouvelle Ana")
    assert (again.first_welcomes, again.found, again.added) == (1, 2, 1)
    assert totals() == Totals(2, 6, 10, 2, 10, 0)
    assert people() == {
        "dupont marie": "marie@exemple.fr", "durand paul": "paul@exemple.fr", "nouvelle ana": "",
    }  # fmt: skip
    with db.reading() as session:
        table = queries.visits(session, STAFF, first=TODAY, last=TODAY)
    assert table["first_welcomes"].tolist() == [1, 5]
    assert table["who"].tolist()[1] == "Marie DUPONT, Paul Durand"


def test_the_first_welcome_is_at_the_earliest_visit_whatever_was_entered_first(store: str) -> None:
    late = visit("Durand Paul")
    early = visit("Durand Paul", day=date(2011, 1, 4))
    assert [own for own, _ in firsts()] == [early.visit_id]
    with db.writing(*operations.DOMAINS) as session:
        operations.remove_visit(session, STAFF, visit_id=early.visit_id, now=NOW)
    assert [own for own, _ in firsts()] == [late.visit_id]
    with db.reading() as session:
        card = queries.visit_card(session, STAFF, visit_id=late.visit_id)
    assert card is not None
    assert (card.people, card.others) == ("DURAND Paul", 0)


def test_a_visit_is_corrected_once_by_each_reading_of_it(store: str) -> None:
    own = visit("Durand Paul", motives=(Motive.LOAN,), minutes=20).visit_id
    fixed = VisitDraft(TODAY, VisitKind.GROUP, newcomers=2, others=1, version=1)
    with db.writing(*operations.DOMAINS) as session:
        operations.change_visit(session, STAFF, fixed, visit_id=own, today=TODAY, now=NOW)
    assert totals() == Totals(1, 2, 3, 1, 3, 0)
    assert firsts() == []
    stale = pytest.raises(DomainError, match="rechargez la page")
    with stale, db.writing(*operations.DOMAINS) as session:
        operations.change_visit(session, STAFF, fixed, visit_id=own, today=TODAY, now=NOW)
    with db.reading() as session:
        told = [(row.action, row.subject, row.after) for row in session.exec(select(JournalEntry))]
    assert ("visite corrigée", f"visite n° {own} du 15 juin 2011") in {row[:2] for row in told}
    assert "Durand" not in str(told)


def test_who_asked_to_be_forgotten_still_counts_when_the_visit_is_corrected(store: str) -> None:
    own = visit("Durand Paul\nDupont Marie").visit_id
    with db.writing(*operations.DOMAINS) as session:
        rows = session.exec(select(VisitPerson).order_by(VisitPerson.id)).all()  # type: ignore[arg-type]  # a column
        rows[0].person_id = None
        session.add(rows[0])
    fixed = VisitDraft(TODAY, VisitKind.GROUP, people="Dupont Marie", version=1)
    with db.writing(*operations.DOMAINS) as session:
        operations.change_visit(session, STAFF, fixed, visit_id=own, today=TODAY, now=NOW)
    assert totals() == Totals(1, 2, 2, 1, 2, 0)


def change(visit_id: int, draft: VisitDraft) -> VisitReport:
    with db.writing(*operations.DOMAINS) as session:
        return operations.change_visit(session, STAFF, draft, visit_id=visit_id, today=TODAY,
                                       now=NOW)  # fmt: skip


def test_a_correction_keeps_namesakes_and_the_category_of_the_day(store: str) -> None:
    with db.writing("circulation", "people") as session:
        twins = [Person(last_name="Durand", first_name="Paul", search_key="durand paul")
                 for _ in range(2)]  # fmt: skip
        kinds = [ReaderCategory(code=code, label=code) for code in ("avant", "apres")]
        session.add_all([*twins, *kinds])
        session.flush()
        card = Reader(person_id=twins[1].id or 0, card="L1", category_id=kinds[0].id or 0,
                      registered_on=TODAY)  # fmt: skip
        session.add(card)
    ids = tuple(one.id or 0 for one in twins)
    own = visit("", kind=VisitKind.GROUP, person_ids=ids).visit_id
    with db.writing("circulation") as session:
        card.category_id = kinds[1].id or 0
        session.add(card)
    with db.reading() as session:
        held = queries.visit_card(session, STAFF, visit_id=own)
    assert held is not None
    people = held.people + "\nNouvelle Ana"
    report = change(own, VisitDraft(TODAY, VisitKind.GROUP, people=people, version=1))
    assert (report.added, report.first_welcomes) == (1, 3)
    with db.reading() as session:
        rows = session.exec(select(VisitPerson).order_by(VisitPerson.person_id)).all()  # type: ignore[arg-type]  # a column
    assert [(row.person_id, row.category) for row in rows[:2]] == [(ids[0], ""), (ids[1], "avant")]
    change(own, VisitDraft(TODAY, people="DURAND Paul", version=2))
    assert [person for _, person in firsts()] == [ids[0]]


def test_what_a_visit_came_to_is_told_in_good_french(store: str) -> None:
    assert visit("Durand Paul").told == (
        "Visite enregistrée : 1 premier accueil ; 1 personne ajoutée à l’annuaire."
    )
    assert visit("Durand Paul\nDupont Marie\nRoux Zoé").told == (
        "Visite enregistrée : 2 premiers accueils ; 1 personne reconnue ; 2 personnes ajoutées à "
        "l’annuaire."
    )
    assert visit().told == "Visite enregistrée : 0 premier accueil."


def test_what_somebody_agrees_to_at_the_welcome_is_kept_for_them_alone(store: str) -> None:
    own = visit("Durand Paul", purposes=("courriels",)).visit_id
    with db.reading() as session:
        kept = session.exec(select(Consent)).one()
        person = session.exec(select(Person.id)).one()
    assert (kept.person_id, kept.purpose, kept.is_given) == (person, "courriels", True)
    assert kept.source == f"accueil, visite n° {own}"
    visit("Durand Paul")  # no box ticked takes nothing back
    visit("Durand Paul", purposes=("courriels",))
    for people in ("", "Durand Paul\nDupont Marie"):
        with pytest.raises(DomainError, match="nommez une seule personne"):
            visit(people, purposes=("courriels",))
    with db.reading() as session:
        assert len(session.exec(select(Consent)).all()) == 1


def test_a_name_that_several_bear_asks_for_an_address(store: str) -> None:
    with db.writing("people") as session:
        session.add_all(
            Person(last_name="Durand", first_name="Paul", search_key="durand paul", email=email)
            for email in ("a@exemple.fr", "b@exemple.fr")
        )
    with pytest.raises(DomainError, match="L’annuaire a 2 « Paul Durand »"):
        visit("Durand Paul")
    assert visit("Durand Paul, b@exemple.fr").found == 1
    assert visit("Durand Paul, c@exemple.fr").added == 1


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (VisitDraft(date(2011, 6, 16)), "prenez un rendez-vous"),
        (VisitDraft(date(1902, 1, 1)), "Vérifiez la date"),
        (VisitDraft(TODAY, people="Durand Paul\nDupont Marie"), "choisissez « un groupe »"),
        (VisitDraft(TODAY, VisitKind.GROUP, newcomers=1), "au moins deux"),
        (VisitDraft(TODAY, VisitKind.GROUP, newcomers=-1), "négatif"),
        (VisitDraft(TODAY, VisitKind.GROUP, newcomers=501), "au plus 500"),
        (VisitDraft(TODAY, minutes=-5), "durée"),
        (VisitDraft(TODAY, people="a@b"), "pas une adresse"),
        (VisitDraft(TODAY, people="x@exemple.fr"), "Ligne 1"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(sqlite_store: str, draft: VisitDraft, why: str) -> None:
    with pytest.raises(DomainError, match=why), db.writing(*operations.DOMAINS) as session:
        record(session, draft)


def test_who_may_not_welcome_is_refused(sqlite_store: str) -> None:
    elu = viewer_for(Role.ELU)
    with pytest.raises(ForbiddenError), db.writing(*operations.DOMAINS) as session:
        operations.record_visit(session, elu, VisitDraft(TODAY), today=TODAY, now=NOW)
    with db.reading() as session:
        assert session.exec(select(Visit)).all() == []
        with pytest.raises(ForbiddenError):
            queries.visits(session, elu, first=TODAY, last=TODAY)


@given(st.lists(st.tuples(st.sampled_from(VisitKind), st.integers(0, 9), st.integers(0, 9))))
def test_totals_add_up(rows: list[tuple[VisitKind, int, int]]) -> None:
    came = [Came(kind, max(1, new + named), new, named) for kind, new, named in rows]
    found = counting.totals(came)
    halves = [counting.totals(came[::2]), counting.totals(came[1::2])]
    for name in vars(found):
        assert getattr(found, name) == sum(getattr(half, name) for half in halves)
    assert found.first_welcomes <= found.people
    assert len(found.__dict__) == 6
    assert replace(found, visits=len(rows)) == found


WORD = st.from_regex(r"[A-Z][a-z]{2,8}", fullmatch=True)


@given(st.lists(st.tuples(WORD, WORD), unique=True))
def test_a_list_is_read_as_it_was_written(pairs: list[tuple[str, str]]) -> None:
    text = "\n".join(f"- {last.upper()} {first}" for last, first in pairs)
    found = [(one.last_name, one.first_name) for one in name_lists.names(text)]
    assert found == list(dict.fromkeys((last.upper(), first) for last, first in pairs))
