"""QUICK."""
from pathlib import Path
import pandas as pd
R = Path(__file__).parents[2] / "data" / "reference"
def indices() -> pd.DataFrame:
    return pd.read_csv(R / "etat4001_nomenclature.csv", dtype={"index": str}).rename(columns={"index": "code"})
def groups() -> pd.DataFrame:
    t = pd.read_csv(R / "indicator_groups.csv", dtype={"indices": str}, keep_default_na=False)
    return t.assign(indices=[tuple(int(x) for x in v.split(";")) for v in t["indices"]])
def ruptures() -> pd.DataFrame:
    return pd.DataFrame(columns=["code"])
def used_codes() -> tuple[str, ...]:
    return tuple(indices().query("used == 1")["code"])
