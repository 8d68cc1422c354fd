"""Official SSMSI labels of indicators and units, and the stable codes behind them.

Two labels share a code only where the change is one of spelling (« Vols de véhicules »,
« Vols de véhicule »). A renaming that came with another definition has its own code: « Coups et
blessures volontaires » is not « Violences physiques », « Escroqueries » is not « Escroqueries et
fraudes aux moyens de paiement ».
"""

import difflib
from functools import lru_cache

from core import fr
from core.observatory.enums import Denominator, Unit
from core.observatory.readers.parsed import IndicatorDraft

_CODES: dict[str, tuple[str, Unit]] = {
    "Autres coups et blessures volontaires": (
        "autres_coups_et_blessures_volontaires",
        Unit.VICTIME,
    ),
    "Cambriolages de logement": ("cambriolages_de_logement", Unit.INFRACTION),
    "Coups et blessures volontaires": ("coups_et_blessures_volontaires", Unit.VICTIME),
    "Coups et blessures volontaires intrafamiliaux": (
        "coups_et_blessures_volontaires_intrafamiliaux",
        Unit.VICTIME,
    ),
    "Destructions et dégradations volontaires": (
        "destructions_et_degradations_volontaires",
        Unit.INFRACTION,
    ),
    "Escroqueries": ("escroqueries", Unit.VICTIME),
    "Escroqueries et fraudes aux moyens de paiement": (
        "escroqueries_et_fraudes_aux_moyens_de_paiement",
        Unit.VICTIME,
    ),
    "Homicides": ("homicides", Unit.VICTIME),
    "Tentatives d'homicide": ("tentatives_d_homicide", Unit.VICTIME),
    "Tentatives d'homicides": ("tentatives_d_homicide", Unit.VICTIME),
    "Trafic de stupéfiants": ("trafic_de_stupefiants", Unit.MIS_EN_CAUSE),
    "Usage de stupéfiants": ("usage_de_stupefiants", Unit.MIS_EN_CAUSE),
    "Usage de stupéfiants (AFD)": ("usage_de_stupefiants_afd", Unit.MIS_EN_CAUSE),
    "Usage de stupéfiants (hors AFD)": ("usage_de_stupefiants_hors_afd", Unit.MIS_EN_CAUSE),
    "Violences physiques hors cadre familial": (
        "violences_physiques_hors_cadre_familial",
        Unit.VICTIME,
    ),
    "Violences physiques intrafamiliales": ("violences_physiques_intrafamiliales", Unit.VICTIME),
    "Violences sexuelles": ("violences_sexuelles", Unit.VICTIME),
    "Vols avec armes": ("vols_avec_armes", Unit.INFRACTION),
    "Vols d'accessoires sur véhicules": ("vols_d_accessoires_sur_vehicules", Unit.VEHICULE),
    "Vols dans les véhicules": ("vols_dans_les_vehicules", Unit.VEHICULE),
    "Vols de véhicule": ("vols_de_vehicule", Unit.VEHICULE),
    "Vols de véhicules": ("vols_de_vehicule", Unit.VEHICULE),
    "Vols sans violence contre des personnes": (
        "vols_sans_violence_contre_des_personnes",
        Unit.VICTIME_ENTENDUE,
    ),
    "Vols violents sans arme": ("vols_violents_sans_arme", Unit.INFRACTION),
}
_UNITS = {unit.label: unit for unit in Unit if unit is not Unit.FAIT}


@lru_cache(maxsize=256)
def indicator(label: str) -> IndicatorDraft | None:
    """Find the indicator of an official label, written exactly as the SSMSI writes it."""
    if label not in _CODES:
        return None
    code, unit = _CODES[label]
    is_burglary = code == "cambriolages_de_logement"
    return IndicatorDraft(
        code, label, unit, Denominator.DWELLINGS if is_burglary else Denominator.POPULATION
    )


@lru_cache(maxsize=256)
def nearest_indicator(label: str) -> str:
    """Return the official label nearest to a mistyped one, or nothing where none is near.

    >>> nearest_indicator("Vols de vehicules")
    'Vols de véhicules'
    """
    folded = {fr.fold(known): known for known in reversed(_CODES)}
    near = difflib.get_close_matches(fr.fold(label), folded, n=1, cutoff=0.75)
    return folded[near[0]] if near else ""


def unit(label: str) -> Unit | None:
    """Find a unit of count. Editions differ by the capital only: « victime », « Victime ».

    >>> unit("Véhicule"), unit("Vehicule")
    (<Unit.VEHICULE: 'vehicule'>, None)
    """
    return _UNITS.get(label[:1].lower() + label[1:])
