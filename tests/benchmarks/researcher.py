"""The researcher's side on 100,000 interviews × 60 questions: snapshot, weights, tables, the audit of a release.

Interviews are made up (seeded), stored as the collection room stores them, and written by the real snapshot
writer. Times are of the server (the whole request where a page is named), in a process with one BLAS thread.
`python -m tests.benchmarks researcher`; RESEARCHER_ROWS=10000 makes it short; CLOCK=cpu counts processor time, for a
machine that is shared with other work.
"""

from __future__ import annotations

import copy
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert, select

ROWS = int(os.environ.get("RESEARCHER_ROWS", "100000"))
QUESTIONS, LEVELS, UNITS = 60, 5, 1200
CHUNK = 5000


def figures() -> Iterator[tuple[str, float, str]]:
    """(name, value, unit), from a process with one BLAS thread (read when numpy is imported)."""
    one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-m", "tests.benchmarks.researcher"]
    with subprocess.Popen(command, env={**os.environ, **one}, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        for line in run.stdout:
            name, value, unit = line.rsplit(" ", 2)
            yield name, float(value), unit.strip()
        if run.wait():
            raise RuntimeError(f"researcher ended with {run.returncode}")


def book() -> str:
    """A questionnaire of 60 scales, a background block, and three more breaks."""
    lines = ["| survey |", "| | type | name | label::Tiếng Việt (vi) | label::English (en) | dl::role |"]
    lines += ["| | integer | k7 | Số người lớn? | Adults? | background |"]
    lines += ["| | begin group | s_a | A. Ý kiến | A. Opinions | |"]
    lines += [f"| | select_one scale | q{i:02d} | Câu hỏi {i}? | Question {i}? | |" for i in range(QUESTIONS)]
    lines += ["| | end group | | | | |"]
    for name, kind in (("k1", "select_one sex"), ("k2", "integer"), ("k3", "select_one educ")):
        lines.append(f"| | {kind} | {name} | {name} | {name} | background |")
    for name in ("k4", "k5"):
        lines.append(f"| | select_one group | {name} | Nhóm {name} | Group {name} | background |")
    lines += ["| choices |", "| | list_name | name | label::Tiếng Việt (vi) | label::English (en) |"]
    for list_name, values in (
        ("scale", (*range(1, 6), 98)),
        ("sex", (1, 2)),
        ("educ", (1, 4, 6)),
        ("group", range(1, 9)),
    ):
        lines += [
            f"| | {list_name} | {value} | {list_name} {value} | {list_name} {value} |" for value in values
        ]
    lines += [
        "| settings |",
        "| | form_title | form_id | default_language |",
        "| | Đo | do | Tiếng Việt (vi) |",
    ]
    return "\n" + "\n".join(lines) + "\n"


def build() -> Any:
    """A closed survey with ROWS answered cases in 1,200 units; returns (survey, researcher)."""
    from survey_app.accounts import queries as accounts
    from survey_app.accounts import services as account_services
    from survey_app.accounts.models import Role
    from survey_app.authoring import services as authoring
    from survey_app.collection.models import Interview, Submission, new_mark
    from survey_app.db import db, transaction
    from survey_app.sampling import services as sampling_services
    from survey_app.sampling.models import Case, DrawnUnit
    from survey_app.surveys import services as survey_services
    from tests.conftest import PASSWORD
    from tests.support.answered import AREAS
    from tests.support.workbooks import workbook

    per_unit = -(-ROWS // UNITS)
    frame = "code,name,stratum,area_code,households\n" + "\n".join(
        f"{kind}{n},{kind} {n},{stratum},{area},{200 + n % 50}"
        for kind, stratum, area in (("P", "Phường", "06862"), ("X", "Xã", "06970"))
        for n in range(UNITS)
    )
    with transaction():
        account_services.import_areas(AREAS)
        area = accounts.area("22")
        assert area is not None
        person = account_services.create_user("nc", PASSWORD, Role.RESEARCHER, [area])
        survey = survey_services.create({"vi": "Đo"}, by=person, area=area, method_facts=_facts())
        authoring.save_draft(survey, workbook(book()), "do.xlsx", by=person)
        authoring.publish(survey, by=person)
        sampling_services.import_frame(survey, frame, as_of="2026-01-01", note={}, made_up=True, by=person)
        plan = {"units": UNITS, "least_per_stratum": UNITS // 2, "households_per_unit": per_unit}
        sampling_services.draw_sample(survey, seed="1", plan=plan, by=person)
        survey_services.open_collection(survey, by=person)
    rng = np.random.default_rng(1)
    drawn = db.session.execute(
        select(Case.id, Case.base_weight, DrawnUnit.stratum, DrawnUnit.code)
        .join(DrawnUnit, DrawnUnit.id == Case.unit_id)
        .order_by(Case.id)
        .limit(ROWS)
    ).all()
    lean = dict(zip(dict.fromkeys(row.code for row in drawn), rng.normal(0, 0.35, 10 * UNITS), strict=False))
    for start in range(0, len(drawn), CHUNK):
        _insert(
            insert(Submission),
            insert(Interview),
            survey.id,
            drawn[start : start + CHUNK],
            rng,
            lean,
            new_mark,
        )
    with transaction():
        db.session.execute(Case.__table__.update().values(outcome="complete"))
        survey_services.close(survey, by=person)
    return survey, person


def _facts() -> dict[str, Any]:
    from survey_app.surveys.method_facts import FACTS

    return {fact.name: {"vi": f"Nêu rõ: {fact.name}"} for fact in FACTS}


def _insert(
    submission: Any, interview: Any, survey_id: int, drawn: Any, rng: Any, lean: Any, mark: Any
) -> None:
    from survey_app.db import db, transaction

    n = len(drawn)
    moved = np.array([lean[row.code] for row in drawn])
    answers = np.clip((3 + moved[:, None] + rng.normal(0, 1.2, (n, QUESTIONS))).round().astype(int), 1, 5)
    answers[rng.random((n, QUESTIONS)) < 0.03] = 98
    back = {
        "k7": rng.integers(1, 5, n),
        "k1": rng.integers(1, 3, n),
        "k2": rng.integers(1940, 2008, n),
        "k3": rng.choice([1, 4, 6], n),
        "k4": rng.integers(1, 9, n),
        "k5": rng.integers(1, 9, n),
    }
    names = [f"q{i:02d}" for i in range(QUESTIONS)]
    ids = [f"{rng.integers(0, 2**63):016x}" for _ in range(n)]
    submissions, interviews = [], []
    for place, row in enumerate(drawn):
        values = dict(zip(names, map(str, answers[place].tolist()), strict=True))
        values |= {name: str(column[place]) for name, column in back.items()}
        key = {"instance_id": ids[place], "revision": 1, "survey_id": survey_id, "version": 1}
        submissions.append(
            {
                **key,
                "media_type": "application/json",
                "body": b"{}",
                "sha256": "0" * 64,
                "received_on": "2026-01-10",
                "case_tag": f"{row.id:032x}",
                "channel": "phone",
                "stratum": row.stratum,
                "psu": row.code,
                "base_weight": row.base_weight,
            }
        )
        interviews.append(
            {
                **key,
                "outcome": "complete",
                "latest": True,
                "language": "vi",
                "values": values,
                "pending": mark(),
            }
        )
    with transaction():
        db.session.execute(submission, submissions)
        db.session.execute(interview, interviews)


def timed(work: Any) -> tuple[float, Any]:
    """(seconds, what the work gave back): by the clock, or of the processor with CLOCK=cpu."""
    clock = time.process_time if os.environ.get("CLOCK") == "cpu" else time.perf_counter
    begun = clock()
    found = work()
    return clock() - begun, found


def measured() -> Iterator[tuple[str, float, str]]:
    from survey_app.collection.models import Interview, new_mark
    from survey_app.db import db, transaction
    from survey_app.snapshots import queries as snapshots
    from survey_app.snapshots import services as snapshot_services
    from survey_app.tabulation import queries as tabulation
    from survey_app.tabulation import services as tabulation_services
    from survey_app.tabulation import workspace
    from survey_app.weighting import services as weighting
    from tests.conftest import PASSWORD, _migrate, make_app

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = make_app(folder, f"sqlite:///{folder / 'bench.sqlite3'}")
        _migrate(app)
        with app.app_context():
            survey, person = build()
            address = f"/surveys/{survey.public_id}/tables"

            def take() -> Any:
                gathered = snapshot_services.gather(survey)
                with transaction():
                    return snapshot_services.keep(gathered, person)

            seconds, found = timed(take)
            yield f"snapshot of {found.n} interviews x {QUESTIONS} questions, first", seconds, "s"
            first = seconds
            size = sum(file.stat().st_size for file in snapshots.folder(survey).iterdir())
            yield "column files", size / 1024 / 1024, "MB"
            best = float("inf")
            for share in (0.01, 0.01, 0.01):
                wanted = db.session.scalars(select(Interview.instance_id).limit(int(ROWS * share))).all()
                for start in range(0, len(wanted), 500):
                    with transaction():
                        db.session.execute(
                            Interview.__table__.update()
                            .where(Interview.instance_id.in_(wanted[start : start + 500]))
                            .values(pending=new_mark())
                        )
                seconds, _found = timed(take)
                best = min(best, seconds)
            yield "refresh after 1 % changed", best, "s"
            yield "refresh after 1 % against the first", best / first, "x"
            with transaction():
                seconds, run = timed(lambda: weighting.run(survey, None, person))
                yield "weighting run", seconds, "s"
                plan = copy.deepcopy(run.recipe)
                for extra in ("k4", "k5"):
                    plan["variables"][extra] = {
                        "label": {"vi": extra, "en": extra},
                        "question": extra,
                        "missing": "donor",
                        "categories": [
                            {"name": str(v), "label": {"vi": str(v)}, "values": [str(v)]} for v in range(1, 9)
                        ],
                    }
                run = weighting.run(survey, plan, person)
                tabulation_services.open_answers(survey, run, person)
        client = app.test_client()
        client.post("/sign-in", data={"name": "nc", "password": PASSWORD})
        snapshots._open.clear()
        workspace._open.clear()
        seconds, answer = timed(lambda: client.get(address))
        assert answer.status_code == 200, answer.status_code
        yield "opening a survey's tables cold", 1000 * seconds, "ms"
        rows = "&".join(f"q=q{i:02d}" for i in range(6))
        times = []
        for by in ("age", "education", "k4", "residence", "k5"):
            seconds, answer = timed(lambda by=by: client.get(f"{address}?{rows}&by={by}&part=tables"))
            assert answer.status_code == 200
            times.append(1000 * seconds)
        yield "a changed break, median of 5", float(np.median(times)), "ms"
        yield "a changed break, slowest of 5", max(times), "ms"
        seconds, _answer = timed(lambda: client.get(f"{address}?{rows}&by=k4&part=tables"))
        yield "the same table again", 1000 * seconds, "ms"
        seconds, _answer = timed(lambda: client.get(f"{address}?{rows}&by=k4&f.sex=male&part=tables"))
        yield "a filter set", 1000 * seconds, "ms"
        rows = "&".join(f"q=q{i:02d}" for i in range(20, 40))
        breaks = "&".join(
            f"by={b}"
            for b in ("sex", "age", "residence", "education", "k4", "k5", "sex*residence", "education*sex")
        )
        seconds, answer = timed(lambda: client.get(f"{address}?{rows}&{breaks}&part=tables"))
        assert answer.status_code == 200
        yield "a 20 x 8 banner, whole request", seconds, "s"
        with app.app_context():
            space = tabulation.opened(db.session.merge(survey), db.session.merge(run))
            yield "answers in memory", space.answers.nbytes / 1024 / 1024, "MB"
        if "audit" in os.environ.get("RESEARCHER", "audit"):
            yield from _audited(app, survey, run)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yield "memory of the process at its highest", peak, "MB"


def _audited(app: Any, survey: Any, run: Any) -> Iterator[tuple[str, float, str]]:
    """A release of 60 questions by 6 breaks, audited as the job does."""
    from survey_app.db import db
    from survey_app.reporting import services as reporting

    told: list[float] = []
    with app.app_context(), app.test_request_context():
        one, other = db.session.merge(survey), db.session.merge(run)
        seconds, made = timed(
            lambda: reporting.make_tables(one, other, (), lambda part, _doing: told.append(part))
        )
        yield "audit of 60 questions x 6 breaks", seconds, "s"
        yield "progress told during it", float(len(told)), "times"
        yield "tables audited", float(sum(len(d.tables) for d in made.drafted)), "tables"


if __name__ == "__main__":
    for name, value, unit in measured():
        print(f"{name} {value:.4g} {unit}", flush=True)
