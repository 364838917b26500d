"""Drafts of releases from answers: exact figures, memberships, and merged tables tabulated anew."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import SampleDesign, crosstab
from analysis.sampling import generator
from analysis.tables.banner import Question
from analysis.tables.disclosure import apply, audit, findings_of
from analysis.tables.disclosure_edits import merge_categories, merge_columns
from analysis.tables.disclosure_source import Draft
from analysis.tables.multiple_response import MultipleResponse

from .test_sampling_draws import refused

TRUST = Question("trust", nets={"low": ["1", "2"]}, scores={"1": 1, "2": 2, "3": 3, "4": 4})


def survey(n: int = 1200) -> tuple[pd.DataFrame, SampleDesign]:
    rng = generator("draft")
    frame = pd.DataFrame(
        {
            "psu": np.arange(n) // 20,
            "stratum": np.arange(n) // 400,
            "w": 0.5 + rng.random(n),
            "age": pd.Categorical.from_codes(
                np.searchsorted([0.3, 0.6, 0.85, 0.98], rng.random(n)),
                ["18-29", "30-44", "45-59", "60-74", "75+"],
            ),
            "sex": np.where(rng.random(n) < 0.5, "f", "m"),
        }
    )
    lean = 0.4 * rng.standard_normal(n // 20)[frame.psu]
    trust = pd.cut(lean + rng.standard_normal(n), [-9, -2.6, 0, 1, 9], labels=["1", "2", "3", "4"])
    frame["trust"] = pd.Series(trust).where(rng.random(n) > 0.04)
    return frame, SampleDesign.from_frame(frame, weights="w", strata="stratum", ids="psu")


def test_figures_are_the_cross_tables_and_memberships_ignore_missing_answers():
    frame, design = survey()
    draft = Draft(design)
    table = draft.add(TRUST, "sex", by="sex")
    one = crosstab("trust", "sex", design, missing="drop")
    np.testing.assert_allclose([[c.share for c in row[1:]] for row in table.cells], one.share)
    np.testing.assert_allclose([[c.ci_low for c in row[1:]] for row in table.cells], one.ci_low)
    assert [[c.count for c in row[1:]] for row in table.cells] == one.n.tolist()
    assert [c.n for c in table.columns[1:]] == one.base[0].tolist()
    release = draft.release("r", interviews="s", run="1")
    sizes = {p.id: p.size for p in release.populations}
    assert sizes == {
        "|total": 1200,
        "|sex=f": int((frame.sex == "f").sum()),
        "|sex=m": int((frame.sex == "m").sum()),
    }
    pooled = (one.share * (1 - one.share)).sum(axis=0) / (one.se**2).sum(axis=0)
    np.testing.assert_allclose([c.n_effective for c in table.columns[1:]], pooled)


def test_merged_tables_are_tabulated_anew():
    frame, design = survey()
    draft = Draft(design)
    table = draft.add(TRUST, "age", by="age")
    release = draft.release("r", interviews="s", run="1")
    merged, _ = merge_columns(table, ["60-74", "75+"], release)
    fresh = draft.remeasure(merged)
    old = crosstab("trust", frame.age.astype(str).isin(["60-74", "75+"]), design, missing="drop")
    at = fresh.column("60-74+75+")
    np.testing.assert_allclose([row[at].share for row in fresh.cells], old.share[:, 1])
    np.testing.assert_allclose([row[at].ci_high for row in fresh.cells], old.ci_high[:, 1])
    assert fresh.columns[at].n == old.base[0, 1]
    # What the approximation and the exact tabulation must agree on.
    for approximate, exact in zip(merged.cells, fresh.cells, strict=True):
        assert (
            approximate[at].share == pytest.approx(exact[at].share)
            and approximate[at].count == exact[at].count
        )
    rows = draft.remeasure(merge_categories(fresh, ["1", "2"]))
    net = rows.nets[0]
    for c, part in zip(net.cells, rows.cells[0], strict=True):
        assert c.share == pytest.approx(part.share)
    assert [m.value for m in rows.means] == pytest.approx([m.value for m in fresh.means])


def test_a_draft_goes_all_the_way_to_a_release():
    frame, design = survey()
    draft = Draft(design)
    for by in ("age", "sex"):
        draft.add(TRUST, by, by=by)
        draft.add(TRUST, by, by=by, filter="women", domain=(frame.sex == "f").to_numpy())
    draft.add("sex", "")
    release = draft.release("r", interviews="s", run="1")
    report = audit(release, remeasure=draft.remeasure)
    assert not report.passed and report.repairable
    safe = apply(release, report, draft.remeasure)
    assert findings_of(safe) == []
    assert any(len(c.parts) > 1 for t in safe.tables for c in t.columns)


def test_a_multiple_response_question_loses_its_rare_option():
    frame, design = survey()
    rng = generator("options")
    media = MultipleResponse.of(
        "media", {"tv": rng.random(1200) < 0.6, "web": rng.random(1200) < 0.4, "gazette": np.arange(1200) < 4}
    )
    draft = Draft(design)
    table = draft.add(media, "age", by="age")
    assert table.kind == "multiple" and [c.key for c in table.categories] == ["tv", "web", "gazette"]
    release = draft.release("r", interviews="s", run="1")
    report = audit(release, remeasure=draft.remeasure)
    assert {e.kind for e in report.edits} >= {"merge-columns", "drop-category"}
    (safe,) = apply(release, report, draft.remeasure).tables
    assert [c.key for c in safe.categories] == ["tv", "web"]
    old = np.isin(frame.age.astype(str), ["60-74", "75+"])
    share = np.average(media.options["web"][old], weights=frame.w[old])
    assert safe.cells[1][safe.column("60-74+75+")].share == pytest.approx(share, abs=0.00501)


def test_the_same_table_twice_is_refused():
    _, design = survey()
    draft = Draft(design)
    draft.add("trust", "sex", by="sex")
    refused(lambda: draft.add("trust", "sex", by="sex"), "table.question-twice")
