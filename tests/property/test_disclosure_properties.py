"""Properties of tables on their way out: nets are sums, merging never harms, a repaired release stays sound."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.tables.disclosure import apply, audit, findings_of
from analysis.tables.disclosure_edits import Edit, perform
from analysis.tables.disclosure_model import Release, from_json, to_json
from tests.unit.analysis.disclosure_cases import Survey

quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def releases(draw, sound: bool = False) -> Release:
    """Two questions by two breaks; `sound`: nothing in it is rare or thin."""
    seed = draw(st.integers(0, 10**6))
    low = 0.15 if sound else 0.005
    parts = st.lists(st.floats(low, 1.0), min_size=3, max_size=5)
    breaks = {"age": draw(parts), "region": draw(parts)}
    survey = Survey(2400 if sound else draw(st.integers(300, 2000)), seed, breaks)
    tables = []
    for q in range(2):
        shares = draw(st.lists(st.floats(0.1 if sound else 0.002, 1.0), min_size=3, max_size=5))
        total = sum(shares)
        codes = survey.answers([s / total for s in shares], tilt=0.2)
        ordered = draw(st.booleans())
        for by in breaks:
            tables.append(
                survey.table(
                    f"q{q}", codes, len(shares), by, nets=[(0, 1)], mean=draw(st.booleans()), ordered=ordered
                )
            )
    return survey.release(tables)


@quick
@given(releases())
def test_every_release_can_be_repaired_and_the_repaired_one_has_no_finding(release):
    report = audit(release)
    assert report.repairable
    safe = apply(release, report)
    assert findings_of(safe) == []
    again = audit(safe)
    assert again.passed and apply(safe, again) == safe
    assert from_json(to_json(safe, sealed=True)) == safe


@quick
@given(releases(sound=True), st.randoms(use_true_random=False))
def test_merging_never_makes_an_audit_fail_that_passed(release, random):
    if findings_of(release):
        release = perform_all(release, audit(release).edits)
    if any(c.hidden for t in release.tables for row in t.cells for c in row):
        return
    assert findings_of(release) == []
    table = random.choice(release.tables)
    options = []
    groups = [c.key for c in table.columns if not c.total]
    pairs = pairwise(groups) if table.ordered_columns else combinations(groups, 2)
    same = tuple(t.id for t in release.tables if t.partition == table.partition and random.random() < 0.5)
    if len(groups) > 2:
        options += [Edit("merge-columns", same or (table.id,), pair) for pair in pairs]
    names = [c.key for c in table.categories]
    if len(names) > 2:
        options += [Edit("merge-categories", (table.id,), (), pair) for pair in combinations(names, 2)]
    if options:
        assert findings_of(perform(release, random.choice(options))) == []


@quick
@given(releases())
def test_nets_equal_the_sums_of_their_parts_after_every_repair(release):
    for after in (release, perform_all(release, audit(release).edits)):
        for table in after.tables:
            for net in table.nets:
                inside = [i for i, c in enumerate(table.categories) if set(c.parts) <= set(net.parts)]
                if {p for i in inside for p in table.categories[i].parts} != set(net.parts):
                    continue
                for j, cell in enumerate(net.cells):
                    assert abs(cell.share - sum(table.cells[i][j].share for i in inside)) < 1e-9


def perform_all(release: Release, edits) -> Release:
    for edit in edits:
        release = perform(release, edit)
    return release
