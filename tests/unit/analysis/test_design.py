"""Designs: what is refused, in one clear sentence that names the variable, and what the design knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis import (
    AnalysisError,
    Codes,
    DesignError,
    Margin,
    SampleDesign,
    catalogue,
    mean,
    proportion,
    rake,
    sentence,
)


def frame(**changed: Any) -> pd.DataFrame:
    base: dict[str, Any] = {
        "w": np.arange(1.0, 13.0), "stratum": ["a"] * 6 + ["b"] * 6, "psu": [1, 1, 2, 2, 3, 3] * 2,
        "y": np.linspace(0, 1, 12), "answer": ["yes", "no"] * 6, "size": [20.0] * 6 + [30.0] * 6,
    }  # fmt: skip
    return pd.DataFrame(base | changed)


def design(**options: Any) -> SampleDesign:
    columns = options.pop("columns", {})
    given = {"weights": "w", "strata": "stratum", "ids": "psu", "nest": True} | options
    return SampleDesign.from_frame(frame(**columns), **given)


REFUSED: dict[str, tuple[Callable[[], object], str, str]] = {
    "missing weights": (lambda: design(columns={"w": [np.nan, *range(11)]}), "design.weights-missing", "w"),
    "negative weights": (lambda: design(columns={"w": [-1.0, *range(11)]}), "design.weights-negative", "w"),
    "weights all zero": (lambda: design(columns={"w": [0.0] * 12}), "design.weights-all-zero", "w"),
    "infinite weights": (lambda: design(columns={"w": [np.inf, *range(11)]}), "design.weights-infinite", "w"),
    "text weights": (lambda: design(columns={"w": ["heavy"] * 12}), "variable.not-numeric", "w"),
    "numbers as text": (lambda: design(columns={"w": ["1"] * 12}), "variable.not-numeric", "w"),
    "one PSU": (
        lambda: design(columns={"psu": [1] * 12}, strata=None, nest=False), "design.one-psu", "psu",
    ),
    "one PSU in a stratum": (
        lambda: mean("y", design(columns={"psu": [1, 1, 2, 2, 3, 3] + [1] * 6})), "design.lonely-psu", "b",
    ),
    "sizes below the sample": (
        lambda: design(columns={"size": [2.0] * 6 + [30.0] * 6}, fpc="size"), "design.fpc-too-small", "size",
    ),
    "sizes that differ": (
        lambda: design(columns={"size": [20.0, 20, 21, 21, 20, 20] + [30.0] * 6}, fpc="size"),
        "design.fpc-varies", "size",
    ),
    "sizes and fractions": (
        lambda: design(columns={"size": [20.0] * 6 + [0.5] * 6}, fpc="size"), "design.fpc-mixed", "size",
    ),
    "no rows": (lambda: SampleDesign.from_frame(frame().iloc[:0], weights="w"), "design.empty", ""),
    "unknown column": (lambda: design(weights="weight"), "design.no-column", "weight"),
    "missing stratum": (
        lambda: design(columns={"stratum": [None, *"aaaaabbbbbb"]}), "design.id-missing", "stratum",
    ),
    "PSU in two strata": (lambda: design(nest=False), "design.not-nested", "psu"),
    "unknown lonely rule": (lambda: design(lonely_psu="ignore"), "design.unknown-option", "lonely_psu"),
    "empty domain": (lambda: mean("y", design(), domain=np.zeros(12, dtype=bool)), "domain.empty", ""),
    "missing answers": (
        lambda: mean("y", design(columns={"y": [np.nan, *range(11)]})), "variable.missing", "y",
    ),
    "only missing answers": (
        lambda: mean("y", design(columns={"y": [np.nan] * 12}), missing="drop"), "variable.all-missing", "y",
    ),
    "infinite answers": (lambda: mean("y", design(columns={"y": [np.inf] * 12})), "variable.infinite", "y"),
    "too many categories": (
        lambda: proportion(np.arange(10_000_000), design()), "variable.too-many-levels", "variable",
    ),
    "codes beyond the levels": (
        lambda: Codes(np.array([0, 3]), ("a", "b"), "party"), "variable.codes-out-of-range", "party",
    ),
    "mask of numbers": (lambda: design().subset(np.ones(12)), "design.mask", "12"),
    "wrong length": (
        lambda: mean(pd.Series(np.ones(5), name="short"), design()), "design.length", "short",
    ),
    "level of 95": (lambda: mean("y", design(), level=95), "estimate.level", "95"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_in_a_sentence_that_names_it(name: str) -> None:
    act, code, named = REFUSED[name]
    with pytest.raises(DesignError) as caught:
        act()
    assert caught.value.code == code
    for language in ("vi", "en"):
        text = sentence(code, caught.value.params, language)
        assert named in text and not re.search(r"\{\w+\}", text), text


def test_every_code_raised_or_remarked_has_both_sentences() -> None:
    known, used = catalogue(), set()
    for path in Path(analysis.__path__[0]).rglob("*.py"):
        if not path.name.startswith("messages_"):
            used |= set(
                re.findall(r'(?:Error|Note)\(\s*"([a-z]+\.[a-z0-9-]+)"', path.read_text(encoding="utf-8"))
            )
    assert len(used) > 80
    assert used <= set(known)
    for code, (vietnamese, english) in known.items():
        assert vietnamese and english and vietnamese != english, code
        assert set(re.findall(r"\{(\w+)", vietnamese)) == set(re.findall(r"\{(\w+)", english)), code


def test_an_unknown_code_is_shown_rather_than_hidden() -> None:
    assert sentence("no.such-code", {"a": 1}, "en") == "no.such-code {'a': 1}"
    assert str(AnalysisError("no.such-code")) == "no.such-code"


def test_zero_weight_rows_are_in_no_base_and_no_degree_of_freedom() -> None:
    with_zero = design(columns={"w": [0.0, 0.0, *range(1, 11)]})
    assert with_zero.degrees_of_freedom == 3
    assert mean("y", with_zero).n.tolist() == [10.0]


def test_degrees_of_freedom_of_a_domain_count_only_its_psus_and_strata() -> None:
    whole = design()
    assert whole.degrees_of_freedom == 4
    assert whole.subset(np.arange(12) < 4).degrees_of_freedom == 1


def test_a_domain_keeps_the_rows_and_equals_the_estimate_with_zeroed_weights() -> None:
    whole, mask = design(), np.arange(12) % 3 == 0
    inside = mean("y", whole.subset(mask))
    by_argument = mean("y", whole, domain=mask)
    zeroed = mean("y", design(columns={"w": np.where(mask, np.arange(1.0, 13.0), 0.0)}))
    for other in (by_argument, zeroed):
        assert np.allclose([inside.estimate, inside.se], [other.estimate, other.se], rtol=1e-12)


def test_probabilities_give_the_inverse_weights_and_fpc_gives_weights_where_none_are_given() -> None:
    data = frame(p=[0.5] * 6 + [0.25] * 6)
    assert SampleDesign.from_frame(data, probs="p").weights.tolist() == [2.0] * 6 + [4.0] * 6
    from_sizes = SampleDesign.from_frame(data, strata="stratum", ids="psu", fpc="size", nest=True)
    assert np.allclose(from_sizes.weights, [20 / 3] * 6 + [10.0] * 6)


def test_a_category_nobody_with_weight_is_in_gets_zero_not_nan() -> None:
    codes = Codes(np.array([0, 1] * 6), ("yes", "no", "refused"), "answer")
    result = proportion(codes, design())
    assert result.estimate[2] == 0.0 and result.ci_low[2] == 0.0 and 0 < result.ci_high[2] < 1


def test_replicates_follow_a_raked_design() -> None:
    from analysis import as_replicate

    jackknife = as_replicate(design(), "JKn")
    margin = Margin.of(frame()["answer"], {"yes": 40.0, "no": 60.0})
    raked = rake(jackknife.weights, [margin]).apply(jackknife)
    assert raked.replicates is not None
    for weights in raked.replicates:
        assert np.allclose([weights[::2].sum(), weights[1::2].sum()], [40, 60], rtol=1e-10)
    assert np.allclose(proportion("answer", raked).se, 0, atol=1e-12)
