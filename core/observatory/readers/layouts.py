"""Columns of the official SSMSI files, generation by generation."""

import re
from dataclasses import dataclass, field

from core import fr
from core.importing import RowError
from core.observatory.enums import Dataset, Level
from core.observatory.readers.containers import refuse

IGNORED = ""
_GEOGRAPHY = re.compile(r"codgeo_(\d{4})", re.IGNORECASE)
_MEASURES = {
    "annee": "year",
    "indicateur": "indicator",
    "unite_de_compte": "unit",
    "nombre": "count",
    "taux_pour_mille": "rate",
    "insee_pop": "population",
    "insee_pop_millesime": "population_vintage",
    "insee_log": "dwellings",
    "insee_log_millesime": "dwellings_vintage",
}
_OLD_MEASURES = {
    "classe": "indicator",
    "annee": "year",
    "unité.de.compte": "unit",
    "millPOP": "population_vintage",
    "millLOG": "dwellings_vintage",
    "faits": "count",
    "POP": "population",
    "LOG": "dwellings",
    "tauxpourmille": "rate",
}
_DISCLOSURE = {"est_diffuse": "diffused", "complement_info_nombre": "", "complement_info_taux": ""}
_OLD_DISCLOSURE = {"valeur.publiée": "diffused", "complementinfoval": "", "complementinfotaux": ""}


@dataclass(frozen=True)
class Layout:
    """One generation of one base. ``columns`` maps the official header to our name.

    ``has_short_years``: the editions before 2025 write 16 for 2016.
    """

    dataset: Dataset
    level: Level
    columns: dict[str, str]
    has_short_years: bool = False


LAYOUTS = (
    Layout(
        Dataset.SSMSI_DEPARTEMENT,
        Level.DEPARTEMENT,
        {"Code_departement": "territory", "Code_region": IGNORED, **_MEASURES},
    ),
    Layout(Dataset.SSMSI_REGION, Level.REGION, {"Code_region": "territory", **_MEASURES}),
    Layout(
        Dataset.SSMSI_COMMUNE, Level.COMMUNE, {"CODGEO": "territory", **_MEASURES, **_DISCLOSURE}
    ),
    Layout(
        Dataset.SSMSI_DEPARTEMENT,
        Level.DEPARTEMENT,
        {"Code.département": "territory", "Code.région": IGNORED, **_OLD_MEASURES},
        has_short_years=True,
    ),
    Layout(
        Dataset.SSMSI_REGION,
        Level.REGION,
        {"Code.région": "territory", **_OLD_MEASURES},
        has_short_years=True,
    ),
    Layout(
        Dataset.SSMSI_COMMUNE,
        Level.COMMUNE,
        {"CODGEO": "territory", **_OLD_MEASURES, **_OLD_DISCLOSURE},
        has_short_years=True,
    ),
)


@dataclass(frozen=True)
class Header:
    """A header understood: which column of the file holds what, and what is odd in it."""

    layout: Layout
    names: list[str]
    column_of: dict[str, str]
    geography: int | None
    errors: list[RowError] = field(default_factory=list)


def understand(names: list[str]) -> Header:
    """Choose the layout nearest to a header; refuse it where a column is missing."""
    if len(names) == 1:
        raise refuse(_not_separated(names[0]))
    present = {_normal(name): name for name in names}
    layout = min(LAYOUTS, key=lambda candidate: _distance(candidate, present))
    official = {_normal(name): name for name in layout.columns}
    missing = [name for key, name in official.items() if key not in present]
    if 2 * len(missing) > len(official):
        raise refuse(f"ses colonnes ne sont pas celles d'une base du SSMSI ({', '.join(names)})")
    if missing:
        plural = "s" if len(missing) > 1 else ""
        listed = ", ".join(f"« {_shown(name)} »" for name in missing)
        raise refuse(f"ligne 1, il manque la colonne{plural} {listed} ({layout.dataset.label})")
    if len(present) < len(names):
        raise refuse("ligne 1, deux colonnes portent le même nom")
    column_of = {ours: present[_normal(name)] for name, ours in layout.columns.items() if ours}
    return Header(layout, names, column_of, _geography(names), _oddities(present, official))


def _distance(layout: Layout, present: dict[str, str]) -> int:
    return len({_normal(name) for name in layout.columns} ^ present.keys())


def _normal(name: str) -> str:
    return fr.fold(_GEOGRAPHY.sub("codgeo", name.strip()))


def _shown(name: str) -> str:
    return "CODGEO_ (suivi de l'année)" if name == "CODGEO" else name


def _geography(names: list[str]) -> int | None:
    found = [match for name in names if (match := _GEOGRAPHY.fullmatch(name.strip()))]
    return int(found[0][1]) if found else None


def _not_separated(line: str) -> str:
    if "," in line:
        return "ligne 1, les colonnes sont séparées par des virgules au lieu de points-virgules"
    return "ligne 1, aucun point-virgule ne sépare des colonnes"


def _oddities(present: dict[str, str], official: dict[str, str]) -> list[RowError]:
    """List the columns added to the official ones, and those whose name was retyped."""
    errors = []
    for key, name in present.items():
        if key not in official:
            errors.append(RowError("colonne inconnue", line=1, column=name))
        elif _GEOGRAPHY.sub("CODGEO", name) != official[key]:
            expected = f"en-tête retouché, « {official[key]} » attendu"
            errors.append(RowError(expected, line=1, column=name))
    return errors
