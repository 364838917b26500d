"""Writes: importing a workbook as the draft, and publishing the draft as an immutable version."""

from __future__ import annotations

from typing import Any

from questionnaires import Compiled, Finding, Severity, compile_questionnaire, lint, read_xlsform
from survey_app import audit
from survey_app.accounts.models import User
from survey_app.authoring import plans, queries
from survey_app.authoring.models import Draft, QuestionnaireVersion
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.surveys.models import State, Survey
from survey_app.surveys.services import require
from survey_app.wording import nfc


def as_row(finding: Finding) -> dict[str, Any]:
    """A finding as stored: its code, place and parameters; sentences are made when it is shown."""
    where = finding.where
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "sheet": where.sheet,
        "row": where.row,
        "column": where.column,
        "name": where.name,
        "params": dict(finding.params),
    }


def _cell(finding: Finding) -> tuple[str | None, int | None, str | None]:
    return finding.where.sheet, finding.where.row, finding.where.column


def examine(workbook: bytes, filename: str) -> tuple[Compiled | None, list[Finding]]:
    """Read and compile a workbook; every problem at once, in the order of the sheets. Saves nothing."""
    read = read_xlsform(workbook, filename)
    findings = list(read.findings)
    compiled = None
    if read.questionnaire is not None:
        result = compile_questionnaire(read.questionnaire, read.data)
        compiled = result.compiled
        # The reader and the compiler may stumble over the same cell: one finding for it is enough.
        placed = {_cell(f) for f in findings if f.severity is Severity.ERROR and f.where.row}
        findings += [f for f in result.findings if _cell(f) not in placed]
    if any(f.severity is Severity.ERROR for f in findings):
        compiled = None
    elif read.questionnaire is not None:
        findings += lint(read.questionnaire).findings  # the wording is worth a look once the form stands
    sheets = {"survey": 0, "choices": 1, "experiments": 2, "settings": 3}
    findings.sort(key=lambda f: (sheets.get(f.where.sheet or "", 9), f.where.row or 0, f.severity.value))
    return compiled, findings


def save_draft(survey: Survey, workbook: bytes, filename: str, *, by: User | None) -> Draft:
    """Replace the survey's draft by this workbook. A workbook with errors is kept too, to be shown and mended;
    only a published version is what interviews use, and it isn't touched."""
    require(survey, State.DESIGN, State.COLLECTING)
    compiled, findings = examine(workbook, filename)
    draft = queries.draft(survey) or Draft(survey_id=survey.id)
    draft.filename = nfc(filename)[:200]
    draft.workbook = workbook
    draft.compiled = compiled.to_json() if compiled else None
    draft.findings = [as_row(f) for f in findings]
    draft.errors = sum(f.severity is Severity.ERROR for f in findings)
    draft.imported_at = audit.now()
    db.session.add(draft)
    db.session.flush()
    audit.record(
        "questionnaire.imported", actor_id=by.id if by else None, survey_id=survey.id, errors=draft.errors
    )
    return draft


def publish(survey: Survey, *, by: User | None) -> QuestionnaireVersion:
    """Make the draft the next version. Interviews begun with an older version go on with it."""
    require(survey, State.DESIGN, State.COLLECTING)
    draft = queries.draft(survey)
    if draft is None:
        raise Problem("authoring.no-draft")
    if draft.errors or draft.compiled is None:
        raise Problem("authoring.has-errors", count=draft.errors)
    latest = queries.published(survey)
    version = QuestionnaireVersion(
        survey_id=survey.id,
        number=latest.number + 1 if latest else 1,
        filename=draft.filename,
        workbook=draft.workbook,
        compiled=draft.compiled,
        digest=Compiled.from_json(draft.compiled).digest,
        published_at=audit.now(),
        published_by=by.id if by else None,
    )
    db.session.add(version)
    db.session.delete(draft)
    db.session.flush()
    audit.record(
        "questionnaire.published",
        actor_id=by.id if by else None,
        survey_id=survey.id,
        version=version.number,
        digest=version.digest,
    )
    plans.register(survey, version)
    return version
