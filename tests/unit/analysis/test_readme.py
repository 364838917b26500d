"""The README's forty lines run as they stand, and every name it signs is there."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest

import analysis

README = (Path(__file__).parents[3] / "analysis" / "README.md").read_text(encoding="utf-8")


def test_the_forty_lines_run_and_agree_with_themselves(capsys: pytest.CaptureFixture[str]) -> None:
    source = re.search(r"```python\n(.*?)```", README.split("## In forty lines")[1], re.S)
    assert source is not None and len(source[1].splitlines()) <= 46
    names: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(source[1], "README.md", "exec"), names)
    said = capsys.readouterr().out
    assert "24 rows without an answer were left out" in said
    gap = names["gap"]
    assert gap.ci_low[0] < 1 < gap.ci_high[0]  # type: ignore[attr-defined]


def test_every_function_the_signatures_name_is_public() -> None:
    block = README.split("## Signatures")[1].split("```")[1]
    called = set(re.findall(r"(?<![.\w])([a-z_]+)\(", block)) - {"note", "f", "log", "offset"}
    assert len(called) > 25
    assert {name for name in called if not hasattr(analysis, name)} <= {
        "subset",
        "report",
        "apply",
        "to_frame",
    }
    assert set(analysis.__all__) == {name for name in analysis.__all__ if hasattr(analysis, name)}
