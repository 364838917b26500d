"""Banners: every cell equals the single table's, nets are sums, means are means, options have their base."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import Codes, SampleDesign, as_codes, crosstab, mean, proportion
from analysis.messages_tables import SENTENCES
from analysis.sampling import generator
from analysis.tables.banner import Overlapping, Question, banner
from analysis.tables.multiple_response import MultipleResponse

from .test_letters import survey
from .test_sampling_draws import refused


def test_cells_equal_the_cross_table_and_the_total():
    _, design = survey()
    table = banner(["answer"], {"group": "group", "stratum": "stratum"}, design)["answer", "group"]
    one = crosstab("answer", "group", design)
    total = proportion("answer", design)
    assert table.columns == ("total", "x", "y", "z") and table.column_letters == ("", "A", "B", "C")
    for name, other in (
        ("share", "share"),
        ("se", "se"),
        ("ci_low", "ci_low"),
        ("n_effective", "n_effective"),
    ):
        np.testing.assert_allclose(getattr(table, name)[:, 1:], getattr(one, other))
    np.testing.assert_allclose(table.share[:, 0], total.estimate)
    np.testing.assert_allclose(table.se[:, 0], total.se)
    assert table.base.tolist() == [288, *one.base[0]]
    np.testing.assert_allclose(table.weighted_base[1:].sum(), table.weighted_base[0])


def test_letters_run_on_from_break_to_break():
    frame, design = survey()
    b = banner(
        ["answer"],
        {"group": "group", "media": Overlapping({"radio": frame.radio, "web": "web"}), "stratum": "stratum"},
        design,
    )  # fmt: skip
    named = [b["answer", by].column_letters[1:] for by in ("group", "stratum", "media")]
    assert named == [("A", "B", "C"), ("D", "E", "F"), ("G", "H")]


def test_nets_and_means_equal_the_estimators_of_a_recoded_variable():
    frame, design = survey()
    table = banner(
        [Question("answer", nets={"a or b": ["a", "b"]}, scores={"a": 1, "b": 2, "c": 4})],
        {"group": "group"},
        design,
    )["answer", "group"]
    assert table.rows == (("level", "a"), ("level", "b"), ("level", "c"), ("net", "a or b"), ("mean", "mean"))
    recoded = as_codes(pd.Series(np.where(frame.answer == "c", "rest", "a or b"), name="net"))
    one = crosstab(recoded, "group", design)
    np.testing.assert_allclose(table.share[3, 1:], one.share[0])
    np.testing.assert_allclose(table.se[3, 1:], one.se[0])
    np.testing.assert_allclose(table.n[3, 1:], one.n[0])
    np.testing.assert_allclose(table.n_effective[3, 1:], one.n_effective[0])
    np.testing.assert_allclose(table.ci_low[3, 1:], one.ci_low[0], atol=1e-3)
    score = frame.answer.map({"a": 1, "b": 2, "c": 4})
    means = mean(score, design, by="group")
    np.testing.assert_allclose(table.share[4, 1:], means.estimate)
    np.testing.assert_allclose(table.se[4, 1:], means.se)
    np.testing.assert_allclose(table.ci_low[4, 1:], means.ci_low)
    whole = mean(score, design)
    assert table.share[4, 0] == pytest.approx(whole.estimate[0]) and table.se[4, 0] == pytest.approx(
        whole.se[0]
    )


@pytest.mark.parametrize("seed", range(8))
def test_nets_are_the_sums_of_their_parts_in_every_column(seed):
    rng = generator(("nets", seed))
    n, levels = 400, 3 + seed % 4
    frame = pd.DataFrame({"w": 0.2 + rng.random(n), "psu": np.arange(n) // 10})
    codes = Codes((levels * rng.random(n)).astype(np.int8), tuple(range(levels)), "q")
    groups = {str(g): rng.random(n) < 0.3 for g in range(3)}
    nets = {"all but the last": list(range(levels - 1)), "ends": [0, levels - 1], "all": list(range(levels))}
    design = SampleDesign.from_frame(frame, weights="w", ids="psu")
    table = banner([Question(codes, "q", nets=nets)], {"g": Overlapping(groups)}, design)["q", "g"]
    for net, parts in nets.items():
        row = table.rows.index(("net", net))
        np.testing.assert_allclose(table.share[row], table.share[parts].sum(axis=0), rtol=1e-12)
        np.testing.assert_allclose(table.n[row], table.n[parts].sum(axis=0))
    np.testing.assert_allclose(table.share[-1], 1.0)
    assert np.all(table.se[-1] < 1e-12) and set(table.letters[-1]) == {""}


def test_a_mean_is_over_those_with_a_score():
    frame, design = survey()
    table = banner([Question("answer", scores={"a": 1, "b": 2})], {"group": "group"}, design)[
        "answer", "group"
    ]
    some = mean(frame.answer.map({"a": 1, "b": 2}), design, by="group", missing="drop")
    np.testing.assert_allclose(table.share[3, 1:], some.estimate)
    np.testing.assert_allclose(table.se[3, 1:], some.se)


def test_answers_set_apart_leave_the_base_and_are_counted():
    frame, design = survey()
    table = banner([Question("answer", apart=["c"])], {}, design)["answer", ""]
    kept = proportion("answer", design, domain=(frame.answer != "c").to_numpy())
    np.testing.assert_allclose(table.share[:, 0], kept.estimate[:2])
    assert table.apart == int(((frame.answer == "c") & (frame.wave == 1)).sum())
    assert table.columns == ("total",)


def test_multiple_response_counts_people_not_mentions():
    frame, design = survey()
    media = MultipleResponse.of("media", {"radio": frame.radio, "web": frame.web})
    table = banner([media], {"group": "group"}, design)["media", "group"]
    assert [label for _, label in table.rows] == ["radio", "web"]
    radio = mean(frame.radio.astype(float), design, by="group")
    np.testing.assert_allclose(table.share[0, 1:], radio.estimate)
    np.testing.assert_allclose(table.se[0, 1:], radio.se)
    assert table.comparisons is not None and table.comparisons.difference.shape == (2, 3)
    either = media.net(["radio", "web"], "either")
    assert ((either.codes == 1) == ((frame.radio > 0) | (frame.web > 0))).all()


def test_select_multiple_text_is_read_as_stored():
    answers = ["1 3", "2", "98", "", None, "3"]
    read = MultipleResponse.from_text(
        "a1", answers, {"1": "roads", "2": "jobs", "3": "water"}, missing=["98"]
    )
    assert read.answered.tolist() == [True, True, False, False, False, True]
    assert read.options["water"].tolist() == [True, False, False, False, False, True]
    assert read.codes("jobs").codes.tolist() == [0, 1, -1, -1, -1, 0]
    assert read.net(["roads", "jobs"], "either").codes.tolist() == [1, 1, -1, -1, -1, 0]
    refused(lambda: MultipleResponse.from_text("a1", ["9"], {"1": "roads"}), "table.unknown-option")
    refused(lambda: read.net(["sky"], "x"), "table.net-unknown")
    refused(lambda: MultipleResponse.of("m", {}), "table.no-options")
    refused(lambda: MultipleResponse.of("m", {"a": [1], "b": [1, 0]}), "table.options-length")


def test_frame_has_a_row_for_every_cell():
    _, design = survey()
    frame = banner(["answer", "group"], {"stratum": "stratum"}, design).to_frame()
    assert len(frame) == 3 * 4 + 3 * 4
    assert set(frame.columns) >= {"question", "break", "value", "se", "base", "higher_than", "low_base"}


def test_row_and_total_percentages_come_beside():
    _, design = survey()
    table = banner(["answer"], {"group": "group"}, design, also=["row", "total"])["answer", "group"]
    for percent in ("row", "total"):
        one = crosstab("answer", "group", design, percent=percent)
        np.testing.assert_allclose(table.others[percent].share, one.share)
        np.testing.assert_allclose(table.others[percent].se, one.se)
    np.testing.assert_allclose(table.others["row"].share.sum(axis=1), 1.0)
    assert table.others["total"].share.sum() == pytest.approx(1.0)
    refused(lambda: banner(["answer"], {}, design, also=["columns"]), "design.unknown-option")


def test_faults_of_the_request_are_named():
    _, design = survey()
    refused(lambda: banner([], {}, design), "table.nothing")
    refused(lambda: banner(["answer"], {"total": "group"}, design), "table.break-name")
    refused(lambda: banner(["answer", "answer"], {}, design), "table.question-twice")
    media = MultipleResponse.of("answer", {"radio": np.ones(design.rows)})
    refused(lambda: banner(["answer", media], {}, design), "table.question-twice")
    refused(lambda: banner([Question("answer", nets={"n": ["q"]})], {}, design), "table.net-unknown")
    refused(lambda: banner([Question("answer", nets={"n": []})], {}, design), "table.net-unknown")
    refused(lambda: banner([Question("answer", scores={"q": 1})], {}, design), "table.net-unknown")
    refused(lambda: banner([Question("answer", apart=["q"])], {}, design), "table.net-unknown")


def test_a_break_nobody_is_in_is_said_not_shown_as_zero():
    frame, design = survey()
    nobody = Overlapping({"nobody": np.zeros(len(frame), dtype=bool), "all": np.ones(len(frame), dtype=bool)})
    table = banner(["answer"], {"b": nobody}, design)["answer", "b"]
    assert np.isnan(table.share[:, 1]).all() and table.base.tolist() == [288, 0, 288]
    assert "table.empty-base" in {note.code for note in table.warnings}
    np.testing.assert_allclose(table.share[:, 2], table.share[:, 0])


def test_calibrated_weights_keep_their_smaller_errors():
    from analysis import Margin, rake

    frame, _ = survey()
    frame = frame[frame.wave == 1].reset_index(drop=True)
    base = SampleDesign.from_frame(frame, weights="weight", strata="stratum", ids="psu")
    raked = rake(
        frame.weight.to_numpy(), [Margin.of(frame.answer, {"a": 300.0, "b": 300.0, "c": 200.0}, "answer")]
    )
    table = banner([Question("answer", nets={"ab": ["a", "b"]})], {"group": "group"}, raked.apply(base))[
        "answer", "group"
    ]
    assert np.all(table.se[:, 0] < 1e-8)
    np.testing.assert_allclose(table.share[:, 0], [0.375, 0.375, 0.25, 0.75], rtol=1e-6)


def test_every_sentence_is_there_twice():
    for vi, en in SENTENCES.values():
        assert vi and en and vi != en
