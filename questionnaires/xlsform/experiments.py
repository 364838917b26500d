"""The `experiments` sheet of our extension: one row an arm, `name, kind, arm, question, parameters`."""

from __future__ import annotations

from questionnaires.findings import Finding, Severity, Where
from questionnaires.model import Experiment
from questionnaires.xlsform.parameters import parse_parameters
from questionnaires.xlsform.sheets import Sheet

KINDS = ("split_ballot", "list", "randomised_response", "crosswise", "order")
COLUMNS = ("name", "kind", "arm", "question", "parameters")
#: Kinds whose estimate divides by 2p - 1 or p: they need the device's probability, away from one half.
NEED_PROBABILITY = frozenset({"randomised_response", "crosswise"})
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
        if rows_by_name.get(name) not in ("hidden", "calculate"):
            note("experiment-without-value", row.number, "name", name=name)
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
        parameters.setdefault(name, {}).update(read)
        arms[name][arm] = question
        rows.setdefault(name, row.number)
    experiments = []
    for name, kind in kinds.items():
        if len(arms.get(name, ())) < 2:
            note("experiment-one-arm", rows.get(name), "arm", name=name)
        if kind in NEED_PROBABILITY and not _is_probability(parameters.get(name, {}).get("p", "")):
            note("experiment-probability", rows.get(name), "parameters", name=name, kind=kind)
        experiments.append(
            Experiment(name, kind, arms.get(name, {}), parameters.get(name, {}), rows.get(name))
        )
    return tuple(experiments), findings


def _is_probability(text: str) -> bool:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return False
    return 0 < number < 1 and abs(number - 0.5) > 0.01
