"""The `experiments` sheet of our extension: one row an arm, `name, kind, arm, question, parameters`.

A device that hides the single answer (randomised response, crosswise) may have one arm, and then needs no value that
carries the arm; with several arms, each may state its own parameters (p=0.25 for one half, p=0.75 for the other).
"""

from __future__ import annotations

from collections.abc import Mapping

from questionnaires.findings import Finding, Severity, Where
from questionnaires.model import DEVICES, Experiment
from questionnaires.xlsform.parameters import parse_parameters
from questionnaires.xlsform.sheets import Sheet

KINDS = ("split_ballot", "list", "randomised_response", "crosswise", "order")
COLUMNS = ("name", "kind", "arm", "question", "parameters")
#: Kinds that compare questions: each arm must name one.
ASKED = frozenset({"split_ballot", "list", "randomised_response", "crosswise"})


def read_experiments(
    sheet: Sheet, rows_by_name: dict[str, str]
) -> tuple[tuple[Experiment, ...], list[Finding]]:
    """rows_by_name: the survey sheet's question names -> canonical type."""
    findings: list[Finding] = []

    def note(code: str, row: int | None, column: str, **params: str | int) -> None:
        findings.append(Finding(f"xlsform.{code}", Severity.ERROR, Where(sheet.name, row, column), params))

    by_header = {header.strip().lower(): header for header in sheet.headers}
    for column in ("name", "kind", "arm"):
        if column not in by_header:
            note("missing-column", 1, column, wanted=column)
            return (), findings
    for header in sheet.headers:
        if header.strip().lower() not in COLUMNS:
            where = Where(sheet.name, 1, header)
            findings.append(Finding("xlsform.unknown-column", Severity.WARNING, where, {"column": header}))
    kinds: dict[str, str] = {}
    arms: dict[str, dict[str, str]] = {}
    parameters: dict[str, dict[str, str]] = {}
    own: dict[str, dict[str, dict[str, str]]] = {}
    rows: dict[str, int] = {}
    for row in sheet.rows:
        cells = {column: row.cells.get(header, "") for column, header in by_header.items()}
        name, kind = cells["name"], cells["kind"].lower() or kinds.get(cells["name"], "")
        arm, question = cells["arm"], cells.get("question", "")
        if not name or not arm:
            note("experiment-incomplete", row.number, "name" if not name else "arm")
            continue
        if kind not in KINDS:
            note("unknown-experiment", row.number, "kind", kind=kind, known=", ".join(KINDS))
            continue
        if kinds.setdefault(name, kind) != kind:
            note("experiment-two-kinds", row.number, "kind", name=name)
        if arm in arms.setdefault(name, {}):
            note("experiment-arm-twice", row.number, "arm", name=name, arm=arm)
            continue
        if question and question not in rows_by_name:
            note("experiment-unknown-question", row.number, "question", question=question)
        if not question and kind in ASKED:
            note("experiment-without-question", row.number, "question", name=name, arm=arm)
        read, bad = parse_parameters(cells.get("parameters", ""))
        if bad:
            note("bad-parameters", row.number, "parameters", text=bad)
        shared = parameters.setdefault(name, {})
        if kind in DEVICES:
            differing = {key: value for key, value in read.items() if shared.get(key, value) != value}
            own.setdefault(name, {})[arm] = differing
            shared.update({key: value for key, value in read.items() if key not in differing})
            if (read or name not in rows) and not _hides(kind, {**shared, **differing}):
                note("experiment-probability", row.number, "parameters", name=name, kind=kind)
        else:
            shared.update(read)
        arms[name][arm] = question
        rows.setdefault(name, row.number)
    experiments = []
    for name, kind in kinds.items():
        alone = kind in DEVICES and len(arms.get(name, ())) == 1
        if len(arms.get(name, ())) < 2 and not alone:
            note("experiment-one-arm", rows.get(name), "arm", name=name)
        carried = ("hidden", "calculate", None) if alone else ("hidden", "calculate")
        if rows_by_name.get(name) not in carried:
            note("experiment-without-value", rows.get(name), "name", name=name)
        of_arm = {arm: given for arm, given in own.get(name, {}).items() if given}
        experiments.append(
            Experiment(
                name, kind, arms.get(name, {}), parameters.get(name, {}), rows.get(name), of_arm=of_arm
            )
        )
    return tuple(experiments), findings


def _hides(kind: str, given: Mapping[str, str]) -> bool:
    """Whether the device's probabilities are stated and leave something of the truth."""
    p, unrelated = _fraction(given.get("p")), _fraction(given.get("unrelated"))
    if kind == "randomised_response" and ("say_yes" in given or "say_no" in given):
        sure = [_fraction(given.get(key, "0")) for key in ("say_yes", "say_no")]
        return None not in sure and 0 < sum(x or 0.0 for x in sure) < 1
    if p is None or not 0 < p < 1:
        return False
    if kind == "randomised_response" and "unrelated" in given:
        return unrelated is not None
    return abs(p - 0.5) > 0.01


def _fraction(text: str | None) -> float | None:
    """A number from 0 to 1, with a point or a comma; None when it is none."""
    try:
        number = float((text or "").replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None
