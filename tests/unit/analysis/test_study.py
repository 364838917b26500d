"""The README's whole study runs as it stands, in at most 80 lines, and says what it should."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path

README = Path(__file__).parents[3] / "analysis" / "README.md"


def code() -> str:
    text = README.read_text(encoding="utf-8").split("## A whole study")[1]
    return re.search(r"```python\n(.*?)```", text, re.S)[1]


def test_the_whole_study_of_the_readme_runs(capsys):
    source = code()
    assert len(source.splitlines()) <= 80
    names: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        exec(compile(source, "README.md", "exec"), names)
    said = capsys.readouterr().out
    assert "1081 interviews, 1622 households; 1,200 give ±3.8" in said and "RR3" in said
    report, tables = names["report"], names["tables"]
    assert report.repairable
    released = json.loads(names["public"])
    assert released["rounded"] and len(released["tables"]) == 2
    assert "members" in names["public"] and all(p["members"] == "" for p in released["populations"])
    # Margins are met, so the shares of the raked variables in the tables' bases are the population's.
    base = tables["trust", "sex"].weighted_base
    assert abs(base[list(tables["trust", "sex"].columns).index("nữ")] / base[0] - 0.51) < 1e-6
    lines = next(t for t in released["tables"] if t["break"] == "age")
    shares = [100 * row[0]["share"] for row in lines["cells"]]
    assert all(abs(s - round(s)) < 1e-9 for s in shares) and 98 <= sum(shares) <= 102
