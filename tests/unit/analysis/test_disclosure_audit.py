"""The audit's rules one by one, its repairs, differencing, and what the released form holds."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest

from analysis.messages import sentence
from analysis.sampling import generator
from analysis.tables.disclosure import apply, audit, findings_of
from analysis.tables.disclosure_bounds import hidden_ranges
from analysis.tables.disclosure_differencing import Overlaps, _smallest_union_difference, clashes
from analysis.tables.disclosure_edits import Edit, hide, merge_categories, merge_columns, perform
from analysis.tables.disclosure_model import (
    Cell,
    Population,
    Release,
    from_json,
    percent,
    rounded,
    to_json,
)
from analysis.tables.disclosure_rules import Rules, cell_faults, widest

from .disclosure_cases import Survey, demo_release


def codes_of(findings) -> set[str]:
    return {f.code for f in findings}


def one_table(breaks: dict, n: int = 1200, seed: object = 1, shares=(0.3, 0.3, 0.4), **options):
    survey = Survey(n, seed, breaks)
    by = next(iter(breaks))
    table, populations = survey.table(
        "q", survey.answers(list(shares), missing=0.0), len(shares), by, **options
    )
    return survey.release([(table, populations)])


def test_a_sound_release_passes_and_is_only_rounded():
    release = one_table({"sex": [0.5, 0.5]})
    report = audit(release)
    assert report.passed and report.edits == () and report.hidden == ()
    safe = apply(release, report)
    assert safe == rounded(release)
    for before, after in zip(release.tables[0].cells, safe.tables[0].cells, strict=True):
        assert [percent(c.share) / 100 for c in before] == [c.share for c in after]


@pytest.mark.parametrize(
    "n, n_effective, df, code",
    [(29, 60, 20, "disclosure.base"), (60, 29.9, 20, "disclosure.effective-base"), (90, 60, 7, "disclosure.df"),
     (90, 42, 1e9, "disclosure.width"), (90, 43, 8, "disclosure.width"),
     (90, float("nan"), 9, "disclosure.effective-base")],
)  # fmt: skip
def test_each_rule_of_a_column_is_applied(n, n_effective, df, code):
    release = one_table({"sex": [0.5, 0.5]})
    table = release.tables[0]
    columns = (
        table.columns[0],
        replace(table.columns[1], n=n, n_effective=n_effective, df=df),
        table.columns[2],
    )
    broken = replace(release, tables=(replace(table, columns=columns),))
    found = [f for f in findings_of(broken) if f.category == ""]
    assert code in codes_of(found) and {f.column for f in found} == {"sex0"}
    for finding in found:
        for language in ("vi", "en"):
            assert "{" not in sentence(finding.code, finding.params, language)


def test_fifty_percent_needs_an_effective_base_of_about_43():
    column = one_table({"sex": [0.5, 0.5]}).tables[0].columns[0]
    assert (
        widest(replace(column, n_effective=43.0, df=1e9))
        < 0.30
        < widest(replace(column, n_effective=42.0, df=1e9))
    )


@pytest.mark.parametrize(
    "cell, expected",
    [
        (Cell(0.005, 0.0, 0.1, 5), {"disclosure.extreme"}),
        (Cell(0.0051, 0.0, 0.1, 5), set()),
        (Cell(0.995, 0.9, 1.0, 500), {"disclosure.extreme"}),
        (Cell(0.04, 0.0, 0.1, 2), {"disclosure.count"}),
        (Cell(0.04, 0.0, 0.1, 3), set()),
        (Cell(0.4, 0.2, 0.51, 30), {"disclosure.width"}),
        (Cell(0.4, 0.25, 0.55, 30), set()),
        (Cell(0.4, None, None, 30), {"disclosure.no-interval"}),
        (Cell(0.4, 0.3, 0.5, 30, 29.0), {"disclosure.effective-base"}),
        (Cell(0.0, 0.0, 0.0, 0, hidden=True), set()),
    ],
)
def test_each_rule_of_a_cell_is_applied(cell, expected):
    assert {code for code, _ in cell_faults(cell, "single", Rules())} == expected


def test_the_few_who_did_not_say_so_are_protected_too():
    faults = dict(cell_faults(Cell(0.97, 0.93, 0.99, 98), "multiple", Rules(), base=100))
    assert set(faults) == {"disclosure.count"}
    assert not list(cell_faults(Cell(0.97, 0.93, 0.99, 97), "multiple", Rules(), base=100))


@pytest.mark.parametrize(
    "laxer", [{"base": 29}, {"width": 0.31}, {"hidden_range": 0.1}, {"df": float("nan")}]
)
def test_no_survey_may_ask_for_less(laxer):
    with pytest.raises(ValueError, match="laxer"):
        Rules(**laxer)
    assert Rules(base=50, width=0.2).base == 50


def test_figures_that_are_no_shares_may_be_negative():
    assert not list(cell_faults(Cell(-0.02, -0.1, 0.06, 600), "estimate", Rules()))


def test_thin_groups_are_merged_alike_in_all_tables_of_the_break():
    release = demo_release(6)
    report = audit(release)
    assert report.repairable and not report.passed
    safe = apply(release, report)
    assert not findings_of(safe)
    by_age = {t.partition for t in safe.tables if t.break_name == "age"}
    assert len(by_age) == 1
    labels = [c.label for c in safe.tables[1].columns]
    assert labels[-1] == "|age=4 + |age=5"


def test_edits_replayed_by_hand_give_the_same_release():
    release = demo_release(3, seed=7)
    report = audit(release)
    assert apply(release, list(report.edits)) == apply(release, report)


def test_a_break_of_two_groups_with_a_thin_one_is_dropped():
    release = one_table({"ethnic": [0.985, 0.015]})
    report = audit(release)
    assert [e.kind for e in report.edits] == ["drop-groups"]
    assert [c.key for c in apply(release, report).tables[0].columns] == ["total"]


def test_a_table_whose_total_is_too_thin_is_withheld():
    release = one_table({"sex": [0.5, 0.5]}, n=40)
    report = audit(release)
    assert report.edits[-1].kind == "withhold-table" and apply(release, report).tables == ()


def test_a_rare_option_of_a_multiple_response_question_is_dropped_not_hidden():
    release = one_table({"sex": [0.5, 0.5]}, shares=(0.5, 0.499, 0.001))
    multiple = replace(release, tables=(replace(release.tables[0], kind="multiple"),))
    report = audit(multiple)
    assert {e.kind for e in report.edits} == {"drop-category"} and report.hidden == ()


def test_the_same_groups_under_other_names_are_repaired_too():
    release = demo_release(2)
    renamed = tuple(
        replace(t, columns=tuple(replace(c, key=f"{c.key}!") for c in t.columns)) if t.question == "q1" else t
        for t in release.tables
    )
    report = audit(replace(release, tables=renamed))
    assert report.repairable and len({e.columns for e in report.edits if e.kind == "merge-columns"}) >= 2


def test_a_cell_without_an_interval_does_not_leave():
    release = one_table({"sex": [0.5, 0.5]}, shares=(0.2, 0.3, 0.2, 0.3))
    table = release.tables[0]
    cells = list(map(list, table.cells))
    cells[1][1] = replace(cells[1][1], ci_low=None, ci_high=None)
    report = audit(replace(release, tables=(replace(table, cells=tuple(map(tuple, cells))),)))
    assert codes_of(report.findings) == {"disclosure.no-interval"} and report.repairable and report.edits
    figures = replace(table, kind="estimate", cells=tuple(map(tuple, cells)))
    report = audit(replace(release, tables=(figures,)))
    assert [e.kind for e in report.edits] == ["withhold-table"] and report.repairable


def test_progress_runs_from_nothing_to_all():
    seen: list[float] = []
    audit(demo_release(4), progress=lambda part, doing: seen.append(part))
    assert seen[0] == 0.0 and seen[-1] == 1.0 and seen == sorted(seen)


def test_remeasured_tables_take_the_place_of_approximations():
    release = demo_release(1)

    def remeasure(table):
        return replace(table, columns=tuple(replace(c, n_effective=c.n / 1.2) for c in table.columns))

    report = audit(release, remeasure=remeasure)
    merged = [c for t in apply(release, report, remeasure).tables for c in t.columns if len(c.parts) > 1]
    assert merged and all(c.n_effective == pytest.approx(c.n / 1.2) for c in merged)


# Differencing


def masks(*populations: np.ndarray) -> list[Population]:
    return [Population.of(f"p{i}", f"p{i}", m) for i, m in enumerate(populations)]


def filtered_release(outside: int, n: int = 1200):
    """Two questions; the second was put to all but `outside` respondents."""
    survey = Survey(n, 3, {"sex": [0.5, 0.5], "residence": [0.6, 0.4]})
    asked = np.ones(n, dtype=bool)
    asked[:outside] = False
    tables = [survey.table("q1", survey.answers([0.3, 0.3, 0.4]), 3, by) for by in survey.breaks]
    tables += [
        survey.table("q2", survey.answers([0.5, 0.2, 0.3]), 3, by, mask=asked, filter="asked")
        for by in survey.breaks
    ]
    return survey.release(tables)


def test_a_filter_that_leaves_out_a_few_is_found_and_one_of_the_two_withheld():
    release = filtered_release(10)
    report = audit(release)
    assert codes_of(report.findings) == {"disclosure.differencing"}
    assert {f.params["difference"] for f in report.findings} <= set(range(1, 30))
    assert report.repairable
    assert {t.filter for t in apply(release, report).tables} in ({""}, {"asked"})


def test_a_filter_that_leaves_out_nobody_or_many_is_fine():
    assert audit(filtered_release(0)).passed
    # Of 240 left out about 120 are in each group: every pair of populations differs by at least 30.
    assert audit(filtered_release(240)).passed


def test_a_few_who_did_not_tell_their_group_do_not_cost_the_break():
    """Ten refuse their education: the groups add up to ten fewer than the total, which is item non-response."""
    survey = Survey(1200, 3, {"sex": [0.5, 0.5], "school": [0.3, 0.4, 0.3]})
    survey.breaks["school"][:10] = -1
    codes = survey.answers([0.3, 0.3, 0.4], missing=0.0)
    tables = [survey.table("q", codes, 3, by) for by in ("school", "sex")]
    assert audit(survey.release(tables)).passed
    # A filter that leaves the same ten out is another matter.
    asked = survey.breaks["school"] >= 0
    tables.append(survey.table("q2", codes, 3, "sex", mask=asked, filter="told"))
    assert codes_of(audit(survey.release(tables)).findings) == {"disclosure.differencing"}


def test_hidden_cells_are_bounded_by_the_total_even_where_some_told_no_group():
    survey = Survey(1200, 3, {"school": [0.5, 0.5]})
    survey.weights = np.ones(1200)
    survey.breaks["school"][:6] = -1
    table, populations = survey.table("q", survey.answers([0.3, 0.3, 0.4], missing=0.0), 3, "school")
    table = hide(table, [("school0", "0"), ("school0", "1")])
    release = survey.release([(table, populations)])
    ranges = hidden_ranges(release, [], Overlaps(release.populations))
    # Known within rounding of the total and the other group, and the six of unknown group (a point of this one).
    assert len(ranges) == 2 and all(6 / 620 < r.width < 0.06 for r in ranges)


def test_an_earlier_release_over_the_same_interviews_counts():
    release = filtered_release(10)
    first = apply(replace(release, id="first", tables=release.tables[:2]), [])
    second = replace(release, id="second", tables=release.tables[2:])
    assert audit(replace(second)).passed
    report = audit(second, [first])
    assert codes_of(report.findings) == {"disclosure.differencing-earlier"}
    assert report.repairable and apply(second, report).tables == ()


def brute_force(left, right, limit):
    """Every union of the left against every union of the right."""
    best = None
    for s in itertools.product([0, 1], repeat=len(left)):
        for t in itertools.product([0, 1], repeat=len(right)):
            a = np.any([m for m, k in zip(left, s) if k], axis=0) if any(s) else np.zeros(left[0].size, bool)
            b = np.any([m for m, k in zip(right, t) if k], axis=0) if any(t) else np.zeros(left[0].size, bool)
            apart = int((a ^ b).sum())
            if 0 < apart < limit and (best is None or apart < best):
                best = apart
    return best


@pytest.mark.parametrize("seed", range(40))
def test_smallest_difference_of_unions_equals_brute_force(seed):
    rng = generator(("unions", seed))
    n = 160
    left_of = (rng.random(n) * 4).astype(int)
    right_of = np.where(rng.random(n) < 0.85, (left_of + 1) % 4, (rng.random(n) * 4).astype(int))
    inside = rng.random(n) < 0.9
    left = [left_of == g for g in range(4)]
    right = [(right_of == g) & inside for g in range(3)]
    people = masks(*left, *right)
    overlaps = Overlaps(people)
    ids = [p.id for p in people]
    found = _smallest_union_difference(tuple(ids[:4]), tuple(ids[4:]), overlaps, 30)
    assert (found and found[2]) == brute_force(left, right, 30)


def test_unions_are_checked_where_no_pair_clashes():
    """Two regional divisions whose borders differ by one village of 12: no group is close to another, sums are."""
    n = 1200
    fine = np.arange(n) // 200
    coarse = np.where(np.arange(n) < 412, 0, np.where(np.arange(n) < 800, 1, 2))
    survey = Survey(n, 1, {"fine": [1] * 6, "coarse": [1] * 3})
    survey.breaks = {"fine": fine, "coarse": coarse}
    codes = survey.answers([0.3, 0.3, 0.4])
    release = survey.release([survey.table("q", codes, 3, by) for by in ("fine", "coarse")])
    found = clashes(release, [], Overlaps(release.populations), Rules())
    assert [c.difference for c in found] == [12]
    assert {len(found[0].left), len(found[0].right)} == {1, 2}
    assert audit(release).repairable


# Bounds


def test_a_lone_hidden_cell_is_known_from_its_column():
    release = one_table({"sex": [0.5, 0.5]})
    table = hide(release.tables[0], [("sex0", "1")])
    ranges = hidden_ranges(replace(release, tables=(table,)), [], Overlaps(release.populations))
    (r,) = ranges
    true = release.tables[0].cells[1][1].share
    assert r.low <= true <= r.high and r.width < 0.03


@pytest.mark.parametrize("seed", range(5))
def test_hidden_ranges_hold_the_truth(seed):
    """With weights of one both models of the bases are true, so no range may miss the true share."""
    survey = Survey(1200, seed)
    survey.weights = np.ones(1200)
    codes = survey.answers([0.2, 0.3, 0.25, 0.2, 0.05])
    release = survey.release(
        [survey.table("q", codes, 5, by, nets=[(0, 1)], mean=True) for by in survey.breaks]
    )
    tables = tuple(hide(t, [(t.columns[1].key, "0"), (t.columns[1].key, "2")]) for t in release.tables)
    ranges = hidden_ranges(replace(release, tables=tables), [], Overlaps(release.populations))
    assert len(ranges) == 2 * len(tables)
    for r in ranges:
        table = next(t for t in tables if t.id == r.table)
        true = table.cells[table.category(r.category)][table.column(r.column)].share
        assert r.low - 1e-6 <= true <= r.high + 1e-6
        assert r.width < 1


def test_contradicting_tables_promise_nothing():
    release = one_table({"sex": [0.5, 0.5]})
    table = release.tables[0]
    cells = list(map(list, table.cells))
    cells[0][0] = replace(cells[0][0], share=0.9)
    broken = hide(replace(table, cells=tuple(map(tuple, cells))), [("sex0", "1"), ("sex0", "2")])
    ranges = hidden_ranges(replace(release, tables=(broken,)), [], Overlaps(release.populations))
    assert {(r.low, r.high) for r in ranges} == {(0.0, 0.0)}


# Edits and the forms of a release


def test_merged_columns_average_by_weighted_base():
    release = demo_release(1)
    table = next(t for t in release.tables if t.break_name == "work")
    merged, population = merge_columns(table, ["work1", "work3"], release)
    a, b = (table.columns[table.column(k)] for k in ("work1", "work3"))
    column = merged.columns[merged.column("work1+work3")]
    assert column.n == a.n + b.n and column.base == a.base + b.base and population.size >= column.n
    for row, new in zip(table.cells, merged.cells, strict=True):
        x, y = row[table.column("work1")], row[table.column("work3")]
        z = new[merged.column("work1+work3")]
        assert z.share == pytest.approx((x.share * a.base + y.share * b.base) / column.base)
        assert z.count == x.count + y.count
    assert min(a.n_effective, b.n_effective) <= column.n_effective <= a.n_effective + b.n_effective


def test_merging_rows_withholds_what_would_split_them_again():
    table = demo_release(1).tables[0]
    merged = merge_categories(table, ["3", "4"])
    assert [n.key for n in merged.nets] == ["net01", "net34"]
    split = merge_categories(table, ["0", "4"])
    assert split.nets == ()
    rare = [row.count < 3 or not row.share > 0.005 for row in table.cells[4]]
    assert [m.hidden for m in merged.means] == rare


def test_published_json_holds_no_respondents_and_nothing_hidden():
    release = one_table(
        {
            "sex": [0.5, 0.5],
        }
    )
    table = hide(release.tables[0], [("sex0", "0"), ("sex0", "1")])
    safe = rounded(replace(release, tables=(table,)))
    data = json.loads(to_json(safe))
    text = json.dumps(data)
    assert "base" not in text and "count" not in text
    assert all(p["members"] == "" for p in data["populations"])
    assert data["tables"][0]["cells"][0][1] == {"hidden": True}
    assert all(isinstance(c["n_effective"], int) for c in data["tables"][0]["columns"])
    with pytest.raises(ValueError, match="draft"):
        to_json(release)


@pytest.mark.parametrize("sealed", [release := demo_release(2), rounded(release)], ids=["draft", "rounded"])
def test_sealed_json_comes_back_equal(sealed: Release):
    assert from_json(to_json(sealed, sealed=True)) == sealed


def test_broken_releases_are_refused():
    release = one_table({"sex": [0.5, 0.5]})
    with pytest.raises(ValueError, match="share an id"):
        audit(replace(release, tables=release.tables * 2))
    with pytest.raises(ValueError, match="population"):
        audit(replace(release, populations=()))
    with pytest.raises(ValueError, match="fit"):
        audit(replace(release, tables=(replace(release.tables[0], cells=release.tables[0].cells[:2]),)))
    with pytest.raises(ValueError, match="not of"):
        apply(release, audit(replace(release, id="other")))
    with pytest.raises(KeyError):
        perform(release, Edit("merge-columns", (release.tables[0].id,), ("sex0", "nobody")))


def test_every_code_has_both_sentences():
    from analysis.messages_disclosure import SENTENCES

    for code, (vi, en) in SENTENCES.items():
        assert code.startswith("disclosure.") and vi and en and vi != en


def test_percent_rounds_half_up():
    assert [percent(x) for x in (0.005, 0.125, 0.375, 0.6249999, 0.285)] == [1, 13, 38, 62, 29]
