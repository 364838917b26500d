"""`make bench`: every figure of the budgets, one line each: name value unit.

Each module of this folder offers `figures()`, which yields (name, value, unit). A module that can't run here
(no browser, no peer library) says so in a line of its own. `python -m tests.benchmarks NAME…` runs some.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path


def main(wanted: list[str]) -> int:
    modules = [m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if m.name != "__main__"]
    failed = 0
    for name in modules:
        if wanted and name not in wanted:
            continue
        module = importlib.import_module(f"tests.benchmarks.{name}")
        if not hasattr(module, "figures"):
            continue
        try:
            for figure, value, unit in module.figures():
                print(f"{figure} {value:.4g} {unit}", flush=True)
        except Exception as error:
            failed += 1
            print(f"# {name}: {type(error).__name__}: {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
