"""The benchmark's tasks done by svy: run by the peers' own Python, prints `task cpu wall`."""

import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import svy

folder, tasks = Path(sys.argv[1]), sys.argv[2].split(",")
with np.load(folder / "data.npz") as stored:
    frame = pl.DataFrame({name: stored[name] for name in stored.files})
sample = svy.Sample(frame, svy.Design(stratum="stratum", psu="psu", wgt="w"))
questions = [f"q{i}" for i in range(10)]
controls = {
    name: {i: float(v) for i, v in enumerate(np.fromfile(folder / f"target_{name}.f64"))}
    for name in ("sex", "age", "region", "edu")
}


def banner():
    for by in (None, "sex", "age", "region", "sexage"):
        sample.estimation.prop(questions, by=by)


def boot():
    replicated = sample.weighting.create_bs_wgts(n_reps=200, rstate=1)
    replicated.estimation.mean("y", method="replication")


def timed(name, work):
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    print(name, time.process_time() - cpu, time.perf_counter() - wall, flush=True)


work = {
    "banner": banner,
    "question": lambda: sample.estimation.prop("q0"),
    "bootstrap": boot,
    "rake": lambda: sample.weighting.rake(controls=controls, wgt_name="raked", tol=1e-6),
}
for task in tasks:
    timed(task, work[task])
