"""QUICK."""
from dataclasses import dataclass
import numpy as np
import pandas as pd
from core.observatory import nomenclature
@dataclass(frozen=True)
class SimulatedFigures:
    facts: pd.DataFrame
    gaps: pd.DataFrame
class Calibration: ...
def calibration() -> Calibration: return Calibration()
def simulate(communes: pd.DataFrame, calibration: Calibration, *, seed: int = 2011) -> SimulatedFigures:
    rng = np.random.default_rng(seed); used = nomenclature.indices().query("used==1")["code"].astype(int).to_numpy()
    mix = rng.dirichlet(np.full(len(used), .3)); rows=[]
    per=[y*100+m for y in (2009,2010,2011) for m in range(1,13) if y*100+m<=201105]
    pol=(communes["population"]>15000).to_numpy(); f=rng.gamma(5,.2,len(communes))
    for p in per:
        lam=(communes["population"].to_numpy()*0.045/12*f)[:,None]*mix[None,:]
        n=rng.poisson(lam); i,j=np.nonzero(n)
        rows.append(pd.DataFrame({"territory":communes["code"].to_numpy()[i],"index":used[j],"period":p,"service":np.where(pol[i],"police","gendarmerie"),"count":n[i,j]}))
    g=communes.sample(10,random_state=1)
    gaps=pd.DataFrame({"territory":g["code"],"period":201103,"service":"gendarmerie","reason":"non transmis"})
    facts=pd.concat(rows,ignore_index=True); k=facts.merge(gaps[["territory","period"]],how="left",indicator=True)["_merge"].eq("left_only").to_numpy()
    return SimulatedFigures(facts[k].reset_index(drop=True), gaps)
