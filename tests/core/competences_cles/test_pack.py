"""The pack of a committee: two pages, the same bytes twice, small groups hidden."""

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.competences_cles import pack, pack_drawing, pack_tables, paths
from core.competences_cles.pack import Coverage, Note, Outcomes, Pack, PastDecision
from core.competences_cles.pack_tables import Breakdown, DelayRow, OrderRow
from core.competences_cles.paths import Delay, Quartiles, Rate, Step
from core.competences_cles.quantities import Quantities
from tests.core.competences_cles.test_charts import MONTHS, TODAY, burn

LONG = (
    "Les parcours s’allongent dans le nord du département, où les personnes viennent de plus loin "
    "et demandent d’abord l’expression écrite ; les opérateurs signalent des groupes incomplets. "
)


def order(rank: int, ordered: int, consumed: int, committed: int, alert: str = "") -> OrderRow:
    figures = Quantities(60 * ordered, 60 * consumed, 60.0 * committed)
    told = "entre le 12 septembre et le 9 octobre (8 chances sur 10)"
    return OrderRow(f"31-{rank:02}", "Organisme simulé Garonne", figures, told, alert)


ORDERS = [
    order(1, 1_300, 245, 68), order(2, 900, 870, 60, "dépassement"), order(3, 600, 430, 55),
    order(4, 0, 12, 0),
]  # fmt: skip


def sample(
    *, orders: Sequence[OrderRow] = tuple(ORDERS), notes: int = 2, texts: str = LONG
) -> Pack:
    delays = [
        DelayRow(Delay(Step.CONTACT, 11.0, Rate(64, 81), 9, 4)),
        DelayRow(Delay(Step.START, 18.5, Rate(31, 76), 12, 0)),
    ]
    return Pack(
        departement="Haute-Garonne", code="31", committee_on=date(2011, 6, 24), version=1,
        coverage=Coverage(date(2011, 6, 10), TODAY, 11, 12, 201105),
        quantities=Quantities(60 * 2_800, 60 * 1_557, 60.0 * 183, pending=60 * 200),
        summary="Trois bons sur quatre tiennent jusqu’à leur échéance ; le bon 31-02 est épuisé "
        "depuis le 3 mai, et dix-neuf personnes attendent une entrée.",
        forecast="entre le 12 septembre et le 9 octobre (8 chances sur 10)",
        lead="19 jours d’avance sur le prévisionnel", orders=orders, burn_up=burn(),
        months=MONTHS, notes_on_pace=["mars 2011 : non déclaré (ni zéro, ni retenu)"],
        back_test="41 des 52 prévisions passées contenaient la date observée",
        publics=[
            Breakdown("Sexe", [("femmes", 84), ("hommes", 41)], 0.69),
            Breakdown("Âge", [("moins de 26 ans", 31), ("26 à 44 ans", 60), ("45 et plus", 34)]),
            Breakdown("Statut", [("sans emploi", 110), ("en emploi", 12), ("autre", 3)], 0.92),
            Breakdown("Prescripteur", [("Pôle emploi", 70), ("missions locales", 55)]),
        ],
        durations=paths.Durations(
            Quartiles(48, 4_300.0, 5_520.0, 7_200.0), Quartiles(48, 14.0, 21.0, 28.0),
            300_000, 264_000, 45,
        ),
        outcomes=Outcomes(Rate(14, 62), Rate(9, 140), 140, 125), delays=delays,
        notes=[Note(f"Durée des parcours {rank}", texts, "graphique « Rythme »") for rank in
               range(notes)],
        past=[
            PastDecision(date(2011, 3, 18), "Avenant de 150 h au bon 31-01.", "Sept semaines."),
            PastDecision(date(2011, 3, 18), texts),
        ],
        asked=["Transférer 120 h du bon 31-01 au bon 31-02 (avenants joints).",
               "Relancer l’opérateur qui n’a pas déclaré depuis 24 jours."],
        is_demonstration=True,
    )  # fmt: skip


def pages(content: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(content)) as document:
        return [page.extract_text() for page in document.pages]


@pytest.fixture(scope="module")
def read() -> list[str]:
    return pages(pack.pdf(sample()))


def test_two_pages_in_the_order_of_the_study(read: list[str]) -> None:
    assert len(read) == 2
    first = ["1. Synthèse", "2. Rythme"]
    second = [
        "3. Publics",
        "4. Durée et issues",
        "5. Délais",
        "6. Points qualitatifs",
        "7. Décisions",
    ]
    assert all(title in read[0] for title in first)
    assert all(title in read[1] for title in second)


def test_each_page_says_its_data_date_its_coverage_and_its_banner(
    read: list[str],
) -> None:
    for rank, text in enumerate(read, start=1):
        plain = text.replace("\u202f", " ")
        assert "extraites le 10 juin 2011" in plain
        assert "11 opérateurs sur 12 à jour de mai 2011" in plain
        assert f"{rank} / 2" in plain
        assert "Démonstration : données simulées" in plain


def test_a_real_instance_has_no_banner() -> None:
    assert all("Démonstration" not in text for text in pages(
        pack.pdf(replace(sample(), is_demonstration=False))
    ))  # fmt: skip


def test_the_same_figures_give_the_same_bytes() -> None:
    first = pack.pdf(sample())
    assert pack.sha256(first) == pack.sha256(pack.pdf(sample()))
    other = pack.pdf(replace(sample(), version=2))
    assert pack.sha256(other) != pack.sha256(first)


def fullest() -> Pack:
    orders = [
        replace(order(rank, 900, 40 * rank, 50, "blocage proche"), operator=LONG)
        for rank in range(1, 19)
    ]
    full = sample(orders=orders, notes=9, texts=LONG * 6)
    return replace(
        full, asked=[LONG * 4] * 9, past=[PastDecision(TODAY, LONG * 4, LONG * 4)] * 9,
        months=[*MONTHS, *MONTHS, *MONTHS], summary=LONG * 5, notes_on_pace=[LONG * 2] * 9,
        publics=[replace(one, groups=[(f"groupe {rank}", 20) for rank in range(9)])
                 for one in full.publics],
    )  # fmt: skip


def test_the_fullest_pack_still_has_two_pages() -> None:
    read = pages(pack.pdf(fullest()))
    assert len(read) == 2
    assert "11 autres bons, moins tendus, dans l’application" in read[0]
    assert "et 6 autres notes dans l’application" in read[1]
    assert "et 6 autres demandes dans l’application" in read[1]


def test_the_emptiest_pack_says_what_is_not_there() -> None:
    nothing = Quartiles(0, None, None, None)
    empty = replace(
        sample(orders=(), notes=0), quantities=Quantities(0, 0, 0.0), months=[], publics=[],
        delays=[], past=[], asked=[], outcomes=Outcomes(Rate(0, 0), Rate(0, 0), 0, 0),
        durations=paths.Durations(nothing, nothing, 0, 0, 0), notes_on_pace=[], back_test="",
        burn_up=replace(burn(has_band=False), consumed=[], steps=[], foreseen=[]),
    )  # fmt: skip
    read = pages(pack.pdf(empty))
    assert len(read) == 2
    for text in ("Aucun bon de commande notifié", "Aucun mois complet"):
        assert text in read[0]
    for text in ("Aucun profil renseigné", "Aucune note", "Aucune.", "– (aucun parcours)"):
        assert text in read[1]


def test_what_a_person_typed_is_never_markup() -> None:
    wicked = "#panic() *gras* $x$ \\ @ref <label> `code` // = Titre"
    text = pages(pack.pdf(sample(notes=1, texts=wicked)))[1]
    assert "#panic() *gras* $x$" in text


def test_a_small_group_is_hidden_and_cannot_be_worked_out() -> None:
    found = pack_tables.breakdown(Breakdown("Statut", [("a", 110), ("b", 12), ("c", 3)]))
    assert [(one["text"], one["share"]) for one in found["rows"]][1:] == [
        ("non diffusé", -1.0), ("moins de 5", -1.0),
    ]  # fmt: skip
    assert "110" in found["rows"][0]["text"]
    few = pack_tables.breakdown(Breakdown("Statut", [("a", 2), ("b", 2)]))
    assert {one["text"] for one in few["rows"]} == {few["total"]} == {"moins de 5"}


def test_zero_is_shown_as_zero() -> None:
    found = pack_tables.breakdown(Breakdown("Statut", [("a", 30), ("b", 0)]))
    assert found["rows"][1]["text"].startswith("0 (0")


@given(st.lists(st.integers(0, 40), min_size=1, max_size=7))
def test_no_count_under_five_ever_leaves(counts: list[int]) -> None:
    groups = {f"g{rank}": count for rank, count in enumerate(counts)}
    hidden = pack_tables.hidden_groups(groups)
    assert all(count == 0 or count >= 5 or label in hidden for label, count in groups.items())
    shown = [count for label, count in groups.items() if label not in hidden]
    left = sum(counts) - sum(shown)
    many = len([count for label, count in groups.items() if label in hidden and count])
    # What the total gives away is shared by two groups at least, unless nothing else is there.
    assert many != 1 or not any(shown) or left == 0


def test_the_most_pressing_orders_come_first_and_none_is_lost() -> None:
    rows = pack_tables.order_rows(ORDERS)
    assert [one["number"] for one in rows] == ["31-04", "31-02", "31-03", "31-01"]
    assert rows[0]["forecast"] == "consommation sans commande"
    assert rows[1]["is_over"]
    assert pack_tables.more_orders(ORDERS) == ""
    assert all(0 <= one["done"] + one["committed"] <= 1 + 1e-9 for one in rows)


def test_a_delay_of_few_persons_is_hidden() -> None:
    found = pack_tables.delay_row(DelayRow(Delay(Step.START, 3.0, Rate(2, 3), 1, 0)))
    assert found["median"] == "moins de 5"
    assert found["within"] == "–"


@pytest.mark.parametrize(("numerator", "hidden"), [(0, False), (4, True), (5, False), (58, True)])
def test_a_rate_that_tells_of_few_persons_is_hidden(numerator: int, hidden: bool) -> None:
    assert ("non diffusé" in pack_tables.rate(Rate(numerator, 62))) is hidden


def test_few_missing_steps_are_not_counted_out() -> None:
    found = pack_tables.delay_row(DelayRow(Delay(Step.CONTACT, 11.0, Rate(64, 81), 9, 4)))
    assert found["missing"] == "9 non renseignés, dont moins de 5 depuis plus de 14 jours"


def test_the_drawing_stays_on_its_sheet_and_steps_hold_their_level() -> None:
    found = pack_drawing.burn_up(burn())
    points = [*found["consumed"], *found["steps"], *found["band"], *found["expected"]]
    assert all(0 <= value <= 1 for point in points for value in point)
    levels = [y for _, y in found["steps"]]
    assert levels[0] == levels[1] < levels[2] == levels[3]
    assert found["scale"][-1]["text"].replace("\u202f", "") == "2000"
    assert 0 < found["today"] < 1


def test_missing_months_are_said_and_not_drawn() -> None:
    found = {
        f"{one['label']} {one['year']}": one for one in pack_drawing.months(MONTHS, {201105: 6.0})
    }
    assert found["mars 2011"]["is_missing"]
    assert found["mars 2011"]["text"] == ""
    assert found["mai 2011"]["expected"] > 0
    assert max(one["declared"] + one["expected"] for one in found.values()) == pytest.approx(1)
    assert found["mai 2011"]["mark"] > 0
    assert found["mars 2011"]["mark"] == -1


def test_a_cut_text_says_so() -> None:
    assert pack.cut(LONG * 3, 100).endswith(" […]")
    assert len(pack.cut(LONG * 3, 100)) <= 100
    assert pack.cut("  deux \n mots ", 100) == "deux mots"


def test_the_values_are_plain() -> None:
    assert json.loads(json.dumps(pack.values(sample())))["title"].startswith("Compétences Clés")
    assert TODAY + timedelta(days=9) == sample().committee_on
