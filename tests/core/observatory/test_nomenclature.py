"""The nomenclature of the État 4001, its groups and the breaks in series."""

from datetime import date

import pandas as pd
import pytest

from core.observatory import nomenclature
from core.observatory.enums import Denominator, Service, Unit
from core.observatory.models import Rupture
from tests.core.observatory.reader_files import shared_file

UNUSED = {96, 97, 99, 100}
FAMILIES = {
    "Indicateurs généraux",
    "Atteintes aux personnes",
    "Vols",
    "Cambriolages",
    "Délinquance liée à l’automobile",
    "Infractions économiques et financières",
    "Autres infractions",
}
SPELT_AGAIN = {
    5, 10, 20, 23, 34, 38, 52, 59, 61, 72, 73, 74, 77, 88, 95, 103,
}  # fmt: skip


def official() -> pd.DataFrame:
    path = shared_file("etat4001_nomenclature", "nomenclature_107_index.csv")
    return pd.read_csv(path, keep_default_na=False).set_index("index")


def parts(code: str) -> set[int]:
    groups = nomenclature.groups()
    return set(dict(zip(groups["code"], groups["indices"], strict=True))[code])


def note(code: str) -> str:
    groups = nomenclature.groups()
    return str(dict(zip(groups["code"], groups["note"], strict=True))[code])


def test_there_are_107_indexes_of_which_four_count_nothing() -> None:
    indices = nomenclature.indices()
    assert indices["code"].tolist() == [f"{index:03}" for index in range(1, 108)]
    assert {int(code) for code in indices.loc[indices["used"] == 0, "code"]} == UNUSED
    assert len(nomenclature.used_codes()) == 103
    assert "096" not in nomenclature.used_codes()


def test_every_used_index_has_a_label_of_its_own_and_a_known_family() -> None:
    used = nomenclature.indices().query("used == 1")
    assert used["label"].is_unique
    assert set(used["family"]) <= FAMILIES


def test_labels_are_in_typographic_french() -> None:
    texts = pd.concat(
        [
            nomenclature.indices()["label"],
            *(nomenclature.groups()[name] for name in ("label", "note")),
            *(nomenclature.ruptures()[name] for name in ("label", "text", "source")),
        ]
    )
    faults = texts[texts.str.contains(r"'|  |^\s|\s$| [:;!?%]|,\S", regex=True)]
    assert faults.tolist() == []


def test_labels_are_the_official_ones_apart_from_the_spelling() -> None:
    ours = nomenclature.indices().set_index("code")["label"]
    theirs = official()["libelle_corrige"].str.replace("'", "’")
    different = {int(str(code)) for code, label in ours.items() if label != theirs[int(str(code))]}
    assert different == SPELT_AGAIN


def test_the_used_indexes_are_those_of_the_official_file() -> None:
    used = official()["utilise"]
    assert [int(code) for code in nomenclature.used_codes()] == used[used == 1].index.tolist()


@pytest.mark.parametrize(
    ("code", "column", "label"),
    [
        ("coups_et_blessures", "indicateur_rt", "Coups et blessures volontaires criminels et "
         "correctionnels n’ayant pas entraîné la mort"),
        ("menaces", "indicateur_rt", "Menaces ou chantages"),
        ("vols_main_armee", "indicateur_rt", "Vols à main armée avec arme à feu"),
        ("vols_violents_sans_arme", "indicateur_rt", "Vols avec violence sans arme"),
        ("vols_tire", "indicateur_rt", "Vols à la tire"),
        ("vols_etalage", "indicateur_rt", "Vols à l’étalage"),
        ("vols_simples", "indicateur_rt", "Vols simples"),
        ("cambriolages_logements", "indicateur_rt",
         "Cambriolages de résidences principales et secondaires"),
        ("cambriolages_locaux_activite", "indicateur_rt",
         "Cambriolages de locaux d’activité professionnelle, publique ou associative"),
        ("cambriolages_autres_lieux", "indicateur_rt", "Cambriolages autres lieux"),
        ("vols_ruse", "indicateur_rt", "Vols avec entrée par ruse en tous lieux"),
        ("vols_automobiles", "indicateur_rt", "Vols d’automobiles"),
        ("vols_deux_roues", "indicateur_rt", "Vols de 2 roues"),
        ("vols_roulotte", "indicateur_rt", "Vols à la roulotte et d’accessoires"),
        ("degradations_vehicules", "indicateur_rt",
         "Destructions et dégradations de véhicules privés"),
        ("incendies_volontaires", "indicateur_rt",
         "Incendies volontaires de biens publics et privés"),
        ("destructions_biens", "indicateur_rt",
         "Destructions et dégradations de biens publics et privés"),
        ("stupefiants", "indicateur_rt",
         "Infractions à la législation sur les stupéfiants constatées par les services"),
        ("atteintes_autorite", "indicateur_rt", "Atteintes à l’autorité"),
        ("violences_sexuelles", "sous_agregat_avip", "violences sexuelles"),
        ("aab", "aab", 1),
        ("avip", "avip", 1),
        ("total_indicatif", "utilise", 1),
    ],
)  # fmt: skip
def test_a_group_holds_the_indexes_of_the_centres_documents(
    code: str, column: str, label: str | int
) -> None:
    table = official()
    assert parts(code) == set(table.index[table[column] == label])


def test_vols_avec_arme_blanche_hold_20_to_22() -> None:
    assert parts("vols_arme_blanche") == {20, 21, 22}


def test_aggregates_overlap_where_their_notes_say_so() -> None:
    assert parts("aab") & parts("avip") == set(range(15, 27))
    assert "15 à 26" in note("aab")
    assert "15 à 26" in note("avip")


def test_ambiguous_aggregates_are_not_published() -> None:
    labels = " ".join(nomenclature.groups()["label"])
    assert "EIEF" not in labels
    assert "IRAS" not in labels


def test_groups_have_one_unit_and_hold_used_indexes_only() -> None:
    groups = nomenclature.groups()
    assert groups["code"].is_unique
    assert groups["code"].str.fullmatch("[a-z][a-z_]*").all()
    assert set(groups["unit"]) == {Unit.FAIT.value}
    assert set(groups["denominator"]) == {Denominator.POPULATION.value}
    assert set(groups["family"]) <= FAMILIES
    held = groups["indices"].explode()
    assert set(held) == set(range(1, 108)) - UNUSED
    assert not groups["indices"].map(lambda numbers: len(numbers) != len(set(numbers))).any()


def test_the_total_is_listed_and_never_mapped() -> None:
    groups = nomenclature.groups()
    assert groups.loc[groups["mappable"] == 0, "code"].tolist() == ["total_indicatif"]
    assert "unités hétérogènes" in note("total_indicatif")


def test_only_sexual_violence_and_facts_against_minors_are_sensitive() -> None:
    indices = nomenclature.indices()
    assert [int(code) for code in indices.loc[indices["sensitive"] == 1, "code"]] == list(
        range(46, 54)
    )
    groups = nomenclature.groups()
    assert groups.loc[groups["sensitive"] == 1, "code"].tolist() == ["violences_sexuelles"]


def test_a_burglary_rate_says_that_it_is_for_inhabitants() -> None:
    assert "1\N{NARROW NO-BREAK SPACE}000 habitants" in note("cambriolages_logements")


def test_ruptures_are_rows_of_the_store() -> None:
    rows = nomenclature.ruptures().to_dict("records")
    stored = [Rupture.model_validate(row) for row in rows]
    assert len({rupture.code for rupture in stored}) == len(rows) > 0
    for rupture in stored:
        assert rupture.scope in {"all", "etat4001", "ssmsi"}
        assert Service(rupture.service)
        assert rupture.ends_on is None or rupture.starts_on < rupture.ends_on
        assert rupture.text.endswith(".")
        assert rupture.source


def test_the_gendarmerie_series_breaks_in_2012_and_a_break_may_have_no_end() -> None:
    ruptures = nomenclature.ruptures().set_index("code")
    gendarmerie = ruptures.loc["gendarmerie_enregistrement_2012"]
    assert gendarmerie["service"] == "gendarmerie"
    assert gendarmerie["starts_on"] == date(2012, 1, 1)
    assert not gendarmerie["is_comparable_before"]
    assert ruptures.loc["ssmsi_base_2016", "ends_on"] is None
    assert ruptures["starts_on"].tolist() == sorted(ruptures["starts_on"])


def test_an_exceptional_period_does_not_forbid_to_compare() -> None:
    ruptures = nomenclature.ruptures().set_index("code")
    assert ruptures.loc["confinement_2020_printemps", "is_comparable_before"]


def test_the_years_of_the_demonstration_hold_no_break() -> None:
    assert min(nomenclature.ruptures()["starts_on"]) > date(2011, 5, 31)


def test_what_a_reader_changes_is_not_kept_for_the_next() -> None:
    table = nomenclature.indices()
    table.loc[0, "label"] = "changé"
    assert "changé" not in set(nomenclature.indices()["label"])
