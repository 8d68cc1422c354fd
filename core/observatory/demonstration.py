"""The demonstration: simulated monthly figures and the perimeters of the centre's area."""

from collections.abc import Callable
from datetime import date, datetime

import numpy as np
import pandas as pd
from sqlmodel import Session, select

from core.access import COMMAND_LINE
from core.observatory import nomenclature, operations, simulation
from core.observatory.enums import Dataset, Denominator, Level, Status, Unit
from core.observatory.intake.report import FileIdentity
from core.observatory.readers.parsed import Edition, IndicatorDraft, ParsedFile
from core.tables import records
from core.territories import operations as territories
from core.territories import reference
from core.territories.models import Territory

SEED = 2011
FILE_NAME = f"simulation-graine-{SEED}"
PERIMETERS = (
    ("Grand Toulouse", "Agglomération ou bassin", (), ("243100518",)),
    ("SICOVAL", "Agglomération ou bassin", (), ("243100633",)),
    ("Grand Montauban", "Agglomération ou bassin", (), ("248200099",)),
    ("CLSPD de Colomiers", "CLSPD ou CISPD", ("31149",), ()),
    ("CISPD du Muretain", "CLSPD ou CISPD", ("31395", "31187", "31454", "31433", "31417"), ()),
    ("CUCS de Tarbes", "Site en CUCS", ("65440",), ()),
    ("Unité Territoriale de l’Ariège", "Unité Territoriale", (), ("dep:09",)),
)


def fill(session: Session, *, now: datetime, progress: Callable[[float, str], None]) -> None:
    """Fill an empty store with the simulated figures and a few perimeters."""
    progress(0.4, "Simulation des chiffres mensuels par commune (données inventées)…")
    communes = reference.communes()
    simulated = simulation.simulate(communes, simulation.calibration(), seed=SEED)
    progress(0.6, "Enregistrement des chiffres simulés et des totaux…")
    parsed = parsed_simulation(simulated, communes)
    identity = FileIdentity(name=FILE_NAME, sha256=FILE_NAME, octets=0)
    report = operations.apply_file(
        session, COMMAND_LINE, parsed=parsed, file=identity, now=now,
        is_sparse=True, is_simulated=True,
    )  # fmt: skip
    if report.is_refused:
        raise ValueError(report.sentences())
    progress(0.95, "Périmètres de démonstration…")
    add_perimeters(session, now=now)


def parsed_simulation(simulated: simulation.SimulatedFigures, communes: pd.DataFrame) -> ParsedFile:
    """Give simulated figures the form of a parsed file; a gap is a MISSING figure of each index."""
    facts = simulated.facts
    known = pd.DataFrame(
        {
            "indicator": facts["index"].map("{:03}".format),
            "period": facts["period"],
            "territory": facts["territory"],
            "service": facts["service"],
            "count": facts["count"],
            "status": int(Status.KNOWN),
        }
    )
    table = pd.concat([known, _gaps(simulated.gaps)], ignore_index=True)
    categories = ["indicator", "territory", "service"]
    table = table.astype(dict.fromkeys(categories, "category")).assign(
        period=table["period"].astype("int32"),
        count=table["count"].astype("Int64"),
        status=table["status"].astype("int8"),
        level=pd.Categorical([Level.COMMUNE.value] * len(table)),
        sheet=pd.Categorical([""] * len(table)),
        line=np.arange(1, len(table) + 1, dtype="int32"),
    )
    return ParsedFile(
        edition=Edition(
            dataset=Dataset.ETAT4001_COMMUNE, key=f"simulation-{SEED}",
            label="données simulées, janvier 2009 à mai 2011", geography=None,
        ),
        facts=table, denominators=_populations(communes), indicators=_index_drafts(),
        units=pd.DataFrame(columns=["key", "name", "departement_code", "perimeter", "service"]),
        errors=[], error_count=0, warnings=["Chiffres simulés : aucun n’est réel."],
        rows_read=len(table),
    )  # fmt: skip


def _gaps(gaps: pd.DataFrame) -> pd.DataFrame:
    used = nomenclature.indices().query("used == 1")["code"]
    table = gaps[["territory", "period", "service"]].merge(
        pd.DataFrame({"indicator": used}), how="cross"
    )
    return table.assign(count=np.nan, status=int(Status.MISSING))


def _index_drafts() -> list[IndicatorDraft]:
    return [
        IndicatorDraft(code, label, Unit.FAIT, Denominator.POPULATION)
        for code, label in records(nomenclature.indices(), ["code", "label"])
    ]


def _populations(communes: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "territory": communes["code"],
            "level": Level.COMMUNE.value,
            "kind": Denominator.POPULATION.value,
            "period": 0,
            "vintage": reference.POPULATION_VINTAGE,
            "value": communes["population"].astype("float64"),
            "line": 0,
        }
    )


def add_perimeters(session: Session, *, now: datetime) -> None:
    """Define the perimeters of PERIMETERS from communes, EPCI codes and ``dep:`` codes."""
    for name, kind, communes, groups in PERIMETERS:
        members = [_territory_id(session, Level.COMMUNE, code) for code in communes]
        for group in groups:
            level = Level.DEPARTEMENT if group.startswith("dep:") else Level.EPCI
            members.append(_territory_id(session, level, group.removeprefix("dep:")))
        draft = territories.PerimeterDraft(
            name=name, kind=kind, members=members, valid_from=date(2009, 1, 1),
            note="Périmètre de démonstration, composé sur les territoires d’aujourd’hui.",
        )  # fmt: skip
        territories.create_perimeter(session, COMMAND_LINE, draft, now=now)


def _territory_id(session: Session, level: Level, code: str) -> int:
    statement = select(Territory.id).where(Territory.level == level.value, Territory.code == code)
    identifier = session.exec(statement).one()
    assert identifier is not None  # noqa: S101  # a stored row has one; for mypy
    return identifier
