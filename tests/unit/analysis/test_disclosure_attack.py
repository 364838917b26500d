"""An attacker with a solver, against releases before and after the audit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.sampling import generator
from analysis.tables.disclosure import apply, audit, findings_of
from analysis.tables.disclosure_edits import hide, perform
from analysis.tables.disclosure_model import Release, rounded, to_json

from .disclosure_attacker import Attacker, weighted_bases
from .disclosure_cases import Survey

LEAST = 0.20 - 1e-6


def contrasted(
    seed: int = 1, n: int = 2400, *, means: bool = True, run: str = "run1", shift: float = 0.0
) -> Release:
    """Regions of uneven size that answer very differently; in one of them hardly anybody gives the first answer.

    In the seeds used here, hiding loses less than merging rows or columns.
    """
    chance = generator(("contrasted", seed))
    regions, levels = 3 + int(3 * chance.random()), 4 + int(2 * chance.random())
    sizes = -np.log(chance.random(regions))
    shapes = -np.log(chance.random((regions, levels))) + 0.05
    rare = int(regions * chance.random())
    shapes[rare, 1:] += 0.5
    shapes /= shapes.sum(axis=1, keepdims=True)
    shapes[rare, 0] = 0.002
    shapes /= shapes.sum(axis=1, keepdims=True)
    survey = Survey(n, seed, {"region": sizes, "sex": [0.5, 0.5]})
    u = survey.rng.random(n)
    codes = (u[:, None] > np.cumsum(shapes[survey.breaks["region"]], axis=1)).sum(axis=1)
    codes = np.minimum(codes, levels - 1)
    if shift:
        survey.weights = survey.weights * (1 + shift * (survey.rng.random(n) - 0.5))
    nets = [(0, 1), tuple(range(2, levels))]
    tables = [
        survey.table("q", codes, levels, by, nets=nets, mean=means, ordered=False) for by in survey.breaks
    ]
    return survey.release(tables, run=run, id=f"{run}")


def naive(release: Release) -> Release:
    """What a careless office does: blank the cells that are too rare, and nothing else."""
    tables = []
    for table in release.tables:
        rare = [
            (column.key, category.key)
            for category, row in zip(table.categories, table.cells, strict=True)
            for column, cell in zip(table.columns, row, strict=True)
            if (cell.count or 0) < 3 or not 0.005 < (cell.share or 0) < 0.995
        ]
        cells = hide(table, rare).cells if rare else table.cells
        tables.append(replace(table, cells=cells))
    return rounded(replace(release, tables=tuple(tables)))


def strength(*released: Release, lend: bool, margins=None) -> float:
    bases = weighted_bases(*released) if lend else None
    return Attacker([to_json(r) for r in released], bases, margins=margins).narrowest()


def margins_of(draft: Release, edits) -> dict[tuple[str, str, str], tuple[float, float]]:
    """How far the intervals of the repaired draft reach, exactly: far more than is printed."""
    for edit in edits:
        draft = perform(draft, edit)
    return {
        (t.id, c.key, k.key): (cell.share - cell.ci_low, cell.ci_high - cell.share)
        for t in draft.tables
        for k, row in zip(t.categories, t.cells, strict=True)
        for c, cell in zip(t.columns, row, strict=True)
    }


@pytest.mark.parametrize("seed", [0, 11, 14, 23, 35, 41, 57])
def test_attacker_fails_after_the_audit_and_succeeds_before(seed):
    draft = contrasted(seed)
    report = audit(draft)
    safe = apply(draft, report)
    assert "hide" in {e.kind for e in report.edits}, "the case must exercise hiding, else it shows nothing"
    assert strength(naive(draft), lend=True) < 0.05
    for lend in (True, False):
        assert strength(safe, lend=lend) >= LEAST
    assert strength(safe, lend=True, margins=margins_of(draft, report.edits)) >= LEAST
    assert not findings_of(safe)


def test_unweighted_bases_and_a_mean_are_enough_against_the_naive_table():
    """Weights equal to one: the printed bases are the truth, so an outsider needs no loan."""
    draft = contrasted(14)
    equal = replace(
        draft, tables=tuple(
            replace(t, columns=tuple(replace(c, base=float(c.n)) for c in t.columns)) for t in draft.tables
        ),
    )  # fmt: skip
    assert strength(naive(contrasted(14)), lend=True) < 0.05
    assert strength(apply(equal, audit(equal)), lend=False) >= LEAST


def test_an_earlier_release_is_counted_as_known():
    """The first release shows a row that the second hides: hiding it now would be a lie, and the audit sees it."""
    draft = contrasted(11, means=False)
    first = apply(replace(draft, id="first"), audit(replace(draft, id="first")))
    hidden = [e for e in audit(draft).edits if e.kind == "hide"]
    assert hidden
    # An earlier release of the same table with other cells hidden: together they tell.
    edit = hidden[0]
    table = next(t for t in draft.tables if t.id == edit.tables[0])
    pairs = list(zip(edit.columns, edit.categories, strict=True))
    shown = [p for p in pairs if p[1] != pairs[0][1]]
    open_one = next(k.key for k in table.categories if k.key not in {c for _, c in pairs})
    swapped = replace(edit, columns=tuple(c for c, _ in pairs),
                      categories=tuple(open_one if (c, k) in shown[:1] else k for c, k in pairs))  # fmt: skip
    careless = rounded(replace(perform(draft, swapped), id="careless"))
    second = apply(draft, audit(draft))
    together = Attacker([to_json(careless), to_json(second)], weighted_bases(careless, second)).narrowest()
    assert together < 0.20
    assert any(f.code == "disclosure.hidden-range" for f in findings_of(second, [careless]))
    report = audit(draft, [careless])
    assert report.repairable
    safe = apply(draft, report)
    assert Attacker([to_json(careless), to_json(safe)], weighted_bases(careless, safe)).narrowest() >= LEAST
    assert Attacker([to_json(first), to_json(safe)], weighted_bases(first, safe)).narrowest() >= LEAST


def test_an_erratum_with_other_weights_is_counted_as_nearly_known():
    first_draft = contrasted(14, means=False)
    first = rounded(first_draft)  # shows everything: the mistake that the erratum is to mend
    draft = contrasted(14, means=False, run="run2", shift=0.2)
    alone = apply(draft, audit(draft))
    bases = weighted_bases(first, alone)
    assert Attacker([to_json(first), to_json(alone)], bases).narrowest() < 0.20
    report = audit(draft, [first])
    safe = apply(draft, report)
    assert Attacker([to_json(first), to_json(safe)], weighted_bases(first, safe)).narrowest() >= LEAST


def test_other_interviews_do_not_count():
    draft = contrasted(11)
    other = replace(rounded(contrasted(23)), interviews="another survey")
    assert audit(draft, [other]) == audit(draft)
