"""National figures shown in grey beside local ones: benchmarks, never local figures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Benchmark:
    """A national figure shown in grey beside the local ones, with its source."""

    key: str
    label: str
    value: float
    unit: str
    source: str


DARES = "Dares, entrants de 2011, France entière"
BENCHMARKS = {
    one.key: one
    for one in (
        Benchmark("hours", "Durée moyenne des parcours terminés", 100, "heures", DARES),
        Benchmark("months", "Durée moyenne des parcours terminés", 5.5, "mois", DARES),
        Benchmark("dropped", "Abandons", 0.28, "part des entrants", DARES),
        Benchmark("women", "Femmes", 0.69, "part des entrants", DARES),
        Benchmark("jobless", "Sans emploi à l’entrée", 0.92, "part des entrants", DARES),
        Benchmark("in_work", "En emploi six mois après", 0.33, "part des sortants", DARES),
        Benchmark("in_training", "En formation six mois après", 0.21, "part des sortants", DARES),
    )
}
