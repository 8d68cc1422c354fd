"""Publics and parcours on a store: counts that may be shown, rates with what they divide."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, product

import numpy as np
import pytest

from core import db
from core.access import Role, viewer_for
from core.competences_cles import (
    path_queries,
    profile_charts,
    public_tables,
    publics,
    rosace_imports,
)
from core.competences_cles.market_models import Prescripteur
from core.competences_cles.path_cells import Choice
from core.competences_cles.publics import HIDDEN, Cohort
from core.competences_cles.rosace_reading import Layout
from core.competences_cles.rosace_sheet import Export
from core.errors import DomainError
from tests.core.competences_cles.making import DOMAIN, NOW, TODAY, make_bon, make_lot, take
from tests.factories import ANALYST, STAFF

FIELDS = {
    "order": "Bon", "person": "Id", "done_on": "Mois", "quantity": "Heures", "state": "État",
    "prescriber": "Prescripteur", "prescribed_on": "Prescrit", "contacted_on": "Contact",
    "started_on": "Entrée", "ended_on": "Sortie", "planned": "Prévu", "sex": "Sexe", "age": "Âge",
    "level": "Niveau", "status": "Statut",
}  # fmt: skip
FIRST = date(2011, 1, 10)


def line(person: str, **more: str) -> dict[str, str]:
    """Make a line of a completed parcours of 80 hours, entered after 20 days, over in 10 weeks."""
    plain = {
        "order": "BC-1", "person": person, "done_on": "01/02/2011", "quantity": "80",
        "state": "terminé", "prescriber": "Pôle emploi Albi", "prescribed_on": day(0),
        "contacted_on": day(10), "started_on": day(20), "ended_on": day(90), "planned": "100",
        "sex": "F", "age": "30", "level": "V", "status": "demandeur d’emploi",
    }  # fmt: skip
    return plain | more


def day(after: int) -> str:
    return f"{FIRST + timedelta(days=after):%d/%m/%Y}"


def write(lines: list[dict[str, str]], *, on: date = TODAY) -> Export:
    rows = [";".join(FIELDS.values()), *(";".join(one[key] for key in FIELDS) for one in lines)]
    return Export("e.csv", "\n".join(rows).encode(), Layout(FIELDS), on, is_partial=True)


def taken(lines: list[dict[str, str]], *, on: date = TODAY) -> None:
    with db.writing(DOMAIN) as session:
        rosace_imports.apply(session, STAFF, write(lines, on=on), now=NOW)


def cohort() -> Cohort:
    with db.reading() as session:
        return path_queries.cohort(session, ANALYST, today=TODAY)


def several(count: int, prefix: str, **more: str) -> list[dict[str, str]]:
    return [line(f"{prefix}{rank}", **more) for rank in range(count)]


@pytest.mark.usefixtures("store")
def test_profiles_durations_delays_and_outcomes_of_a_cohort() -> None:
    make_bon(5000)
    with db.writing(DOMAIN) as session:
        session.add(Prescripteur(name="Asso Relais", kind="PLIE"))
    taken([
        *several(14, "a"), *several(6, "b", sex="H", quantity="120", contacted_on=day(30)),
        *several(8, "c", state="abandonné", ended_on=day(60), prescriber="ASSO RELAIS"),
        *several(7, "d", state="en formation", ended_on="", age="50"),
        *several(5, "e", state="non entré", quantity="0", contacted_on="", started_on="",
                 ended_on="", status=""),
    ])  # fmt: skip
    found = publics.publics(cohort(), Choice(), today=TODAY)
    assert found.total == 40
    assert found.profiles["sex"] == {"femmes": 34, "hommes": 6}
    assert found.profiles["age_band"] == {"26 à 44 ans": 33, "45 ans et plus": 7}
    assert found.profiles["status"] == {"demandeur d’emploi": 35, "non renseigné": 5}
    assert (found.dropped.numerator, found.dropped.denominator) == (8, 28)
    assert (found.not_entered.numerator, found.not_entered.denominator) == (5, 40)
    assert found.durations.hours.quartiles.middle == 80
    assert found.durations.hours.quartiles.high == 120
    assert found.durations.hours.mean == 92
    assert found.durations.done_share == pytest.approx(0.92)
    assert found.durations.weeks.quartiles.middle == 10
    contact, entry = found.steps
    assert (contact.within.numerator, contact.within.denominator, contact.missing) == (29, 35, 5)
    assert (entry.within.numerator, entry.within.denominator, entry.missing) == (29, 29, 11)
    assert [(one.month, one.share) for one in found.curve] == [
        (0, 0.0), (1, 0.0), (2, pytest.approx(8 / 35)), (3, pytest.approx(8 / 35)),
        (4, pytest.approx(8 / 35)), (5, pytest.approx(8 / 35)),
    ]  # fmt: skip
    assert found.data_on == TODAY
    assert cohort().values("prescriber") == ["PLIE", "Pôle emploi"]
    told = public_tables.outcomes(found).set_index("what")["count"]
    assert told["Abandons parmi les issues connues"].replace("\u202f", " ") == "29 % (8 sur 28)"


@pytest.mark.usefixtures("store")
def test_a_parcours_over_two_orders_is_one_as_the_last_export_says() -> None:
    lot = make_lot()
    make_bon(100, lot=lot)
    make_bon(100, number="BC-2", lot=lot)
    taken(several(6, "a", state="en formation", ended_on="", quantity="30"), on=date(2011, 3, 1))
    taken(several(6, "a", order="BC-2", done_on="01/04/2011", quantity="50"), on=date(2011, 5, 1))
    found = publics.publics(cohort(), Choice(), today=TODAY)
    assert (found.total, found.outcomes) == (6, {"terminé": 6})
    assert cohort().frame["done"].tolist() == [80 * 60] * 6
    with db.reading() as session:
        early = path_queries.cohort(session, ANALYST, today=date(2011, 4, 1))
    assert set(early.frame["outcome"]) == {"en cours"}
    assert early.data_on == date(2011, 3, 1)


@pytest.mark.usefixtures("store")
def test_few_persons_are_hidden_for_every_role_and_nothing_is_made_of_them() -> None:
    make_bon(5000)
    taken([*several(20, "a"), *several(3, "b", sex="H"), *several(2, "c", state="abandonné")])
    for role in (Role.ELU, Role.ANALYST, Role.STAFF, Role.ADMIN):
        with db.reading() as session:
            held = path_queries.cohort(session, viewer_for(role), today=TODAY)
        found = publics.publics(held, Choice(), today=TODAY)
        assert (found.total, found.profiles["sex"]) == (25, {"femmes": None, "hommes": None})
        assert found.outcomes == {"terminé": None, "abandonné": None}
        assert (found.dropped.told(), found.durations.hours.mean, found.curve) == (HIDDEN, None, [])
        assert set(public_tables.profiles(found)["count"]) == {HIDDEN, "25"}
        bar = profile_charts.bar("sex", "femmes", None, found.profiles["sex"])
        assert (bar["n"], bar["t"], bar["r"]) == (None, HIDDEN, None)
    with db.reading() as session, pytest.raises(DomainError):
        path_queries.cohort(session, viewer_for(Role.PUBLIC), today=TODAY)


@pytest.mark.usefixtures("store")
def test_a_store_without_parcours_and_a_choice_that_keeps_none() -> None:
    held = cohort()
    assert (held.frame.empty, held.data_on, held.cells.count(Choice())) == (True, None, 0)
    make_bon(100)
    take([("BC-1", "a", "01/01/2011", "10", "en formation", "100")])
    found = publics.publics(cohort(), Choice(ut="Lozère"), today=TODAY)
    assert (found.total, found.dropped.told(), found.curve) == (0, "– (aucun parcours)", [])


def test_a_median_needs_ten_persons_and_quartiles_twenty(sqlite_store: str) -> None:
    make_bon(5000)
    taken(several(12, "a"))
    hours = publics.publics(cohort(), Choice(), today=TODAY).durations.hours
    assert (hours.quartiles.middle, hours.quartiles.low) == (80, None)
    assert public_tables.durations(publics.publics(cohort(), Choice(), today=TODAY)).loc[
        0, "quartiles"
    ] == public_tables.FEW  # fmt: skip


def choices(held: Cohort) -> Iterator[Choice]:
    """Give every choice of two filters at most."""
    names = ("ut", "lot", "operator", "period", "prescriber")
    values = {name: ["", *held.values(name)] for name in names}
    for first, second in combinations(names, 2):
        for pair in product(values[first], values[second]):
            yield Choice(**dict(zip((first, second), pair, strict=True)))


def test_the_demonstration_shows_true_counts_and_no_small_one(demo_sqlite: str) -> None:
    held = cohort()
    seen = 0
    for one in set(choices(held)):
        rows = held.chosen(one)
        for variable in publics.VARIABLES:
            own = rows if variable.within is None else rows[rows["outcome"] == "terminé"]
            true = own[variable.name].value_counts()
            told = held.cells.of(one, variable.name)
            shown = {name: count for name, count in told.items() if count}
            assert shown == {name: int(true[name]) for name in shown}
            assert all(true.get(name, 0) == 0 for name, count in told.items() if count == 0)
            assert min(shown.values(), default=5) >= 5
            seen += len(shown)
    assert seen > 400


def test_nothing_hidden_in_the_demonstration_is_between_two_filters(demo_sqlite: str) -> None:
    held = cohort()
    counts, hidden = held.cells.counts, held.cells.hidden
    for axis in (1, 2):
        rest = np.take(counts, [0], axis) - counts
        both = ~hidden & ~np.take(hidden, [0], axis)
        assert not ((rest > 0) & (rest < 5) & both).any()
    table = publics.by_ut(held, Choice())
    assert len(table) == 8
    assert 0 < table["count"].isna().sum() + table["entered"].isna().sum() < 8
