"""Command line: `python -m questionnaires check FILE...` and `python -m questionnaires convert IN OUT`.

check: one JSON line a workbook with the model's size and every finding in both languages; exit 0 unless it
crashed. convert: by the ending of OUT, the compiled contract (.json), the XForm (.xml), a workbook (.xlsx) or
the printed form (.html, .pdf); exit 1 with the findings on standard error where the workbook has an error.
CSV files of a form are taken from the folder `<name>-media` beside it, or given with --data.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from questionnaires import (
    CompileResult,
    Finding,
    Group,
    PdfUnavailable,
    Questionnaire,
    ReadResult,
    Repeat,
    Severity,
    compile_questionnaire,
    paper,
    paper_pdf,
    place,
    read_xlsform,
    sentence,
    write_xlsform,
)
from questionnaires.model import Node


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m questionnaires", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="one JSON line a workbook")
    check.add_argument("files", nargs="+", type=Path)
    convert = commands.add_parser("convert", help="workbook to .json, .xml, .xlsx, .html or .pdf")
    convert.add_argument("source", type=Path)
    convert.add_argument("target", type=Path)
    convert.add_argument("--language", default="", help="of a printed form; the form's default otherwise")
    for command in (check, convert):
        command.add_argument("--data", nargs="*", type=Path, default=[], help="CSV files of the forms")
    options = parser.parse_args(arguments)
    if options.command == "check":
        for file in options.files:
            sys.stdout.write(json.dumps(describe(file, options.data), ensure_ascii=False) + "\n")
        return 0
    return _convert(options.source, options.target, options.data, options.language)


def describe(file: Path, data: Sequence[Path] = ()) -> dict[str, Any]:
    """What `check` prints of one workbook."""
    read, compiled, findings = _read(file, data)
    line: dict[str, Any] = {"file": file.name, "ok": _is_ok(read, compiled)}
    if read.questionnaire is not None:
        line.update(size(read.questionnaire))
    line["xform_bytes"] = len(read.xform.encode()) if read.xform is not None else None
    if compiled is not None and compiled.compiled is not None:
        contract = compiled.compiled.to_json()
        line["contract_bytes"] = len(contract)
        line["contract_gzip_bytes"] = len(gzip.compress(contract, 9, mtime=0))
        line["digest"] = compiled.compiled.digest
    counted = {str(s): sum(f.severity is s for f in findings) for s in Severity}
    line.update(counts=counted, findings=[_finding(finding) for finding in findings])
    return line


def size(questionnaire: Questionnaire) -> dict[str, Any]:
    """Counts of the model: questions, groups, repeats, lists, choices, languages, experiments."""
    groups = repeats = 0
    waiting: list[Node] = list(questionnaire.children)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Group | Repeat):
            groups, repeats = groups + isinstance(node, Group), repeats + isinstance(node, Repeat)
            waiting.extend(node.children)
    return {
        "form_id": questionnaire.form_id,
        "questions": sum(1 for _ in questionnaire.questions()),
        "groups": groups,
        "repeats": repeats,
        "lists": len(questionnaire.lists),
        "choices": sum(len(held.choices) for held in questionnaire.lists.values()),
        "languages": list(questionnaire.languages),
        "experiments": len(questionnaire.experiments),
    }


def _read(file: Path, data: Sequence[Path]) -> tuple[ReadResult, CompileResult | None, list[Finding]]:
    read = read_xlsform(file, file.name, _attachments(file, data))
    findings = list(read.findings)
    compiled = None
    if read.questionnaire is not None:
        compiled = compile_questionnaire(read.questionnaire, read.data)
        told = {(f.where.row, f.where.column) for f in findings if f.severity is Severity.ERROR}
        findings.extend(f for f in compiled.findings if (f.where.row, f.where.column) not in told)
    return read, compiled, findings


def _attachments(file: Path, data: Sequence[Path]) -> dict[str, bytes]:
    folder = file.with_name(f"{file.stem}-media")
    found = [*(sorted(folder.glob("*.csv")) if folder.is_dir() else ()), *data]
    return {path.name: path.read_bytes() for path in found}


def _is_ok(read: ReadResult, compiled: CompileResult | None) -> bool:
    return read.ok and compiled is not None and compiled.compiled is not None


def _finding(finding: Finding) -> dict[str, Any]:
    where = finding.where
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "sheet": where.sheet,
        "row": where.row,
        "column": where.column,
        "name": where.name,
        "vi": sentence(finding, "vi"),
        "en": sentence(finding, "en"),
    }


def _convert(source: Path, target: Path, data: Sequence[Path], language: str) -> int:
    read, compiled, findings = _read(source, data)
    ending = target.suffix.lower()
    if ending not in (".json", ".xml", ".xlsx", ".html", ".pdf"):
        sys.stderr.write(f"{target.name}: .json, .xml, .xlsx, .html or .pdf\n")
        return 2
    questionnaire = read.questionnaire
    failed = questionnaire is None or (ending != ".xlsx" and not _is_ok(read, compiled))
    if failed or questionnaire is None or compiled is None:
        for finding in findings:
            if finding.severity is Severity.ERROR:
                told = ": ".join(filter(None, (place(finding.where, "en"), sentence(finding, "en"))))
                sys.stderr.write(f"{told}\n")
        return 1
    contract = compiled.compiled
    if ending == ".xlsx":
        target.write_bytes(write_xlsform(questionnaire))
    elif ending == ".xml":
        if read.xform is None:
            sys.stderr.write("the converter made no XForm of this workbook\n")
            return 1
        target.write_text(read.xform, encoding="utf-8")
    elif contract is not None and ending == ".json":
        target.write_bytes(contract.to_json())
    elif contract is not None:
        chosen = language or questionnaire.default_language
        if ending == ".html":
            target.write_text(paper(contract, chosen), encoding="utf-8")
        else:
            try:
                target.write_bytes(paper_pdf(contract, chosen))
            except PdfUnavailable as error:
                sys.stderr.write(
                    f"WeasyPrint is needed for a PDF ({error}); convert to .html and print that\n"
                )
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
