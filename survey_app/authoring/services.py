"""Writes: importing a workbook as the draft, dismissing a finding, publishing the draft as an immutable version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from questionnaires import Compiled, Safety, Severity
from survey_app import audit
from survey_app.accounts.models import User
from survey_app.authoring import plans, queries
from survey_app.authoring.examining import Examined, as_row, change_row, changes, examine
from survey_app.authoring.models import Draft, QuestionnaireVersion
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.surveys.models import State, Survey
from survey_app.surveys.services import require
from survey_app.wording import nfc

#: A reason of fewer letters says nothing to who reads it in a year.
SHORTEST_REASON = 10
LONGEST_REASON = 500


def save_draft(
    survey: Survey,
    workbook: bytes,
    filename: str,
    *,
    by: User | None,
    attachments: Mapping[str, str] | None = None,
) -> Draft:
    """Replace the survey's draft by this workbook. A workbook with errors is kept too, to be shown and mended;
    only a published version is what interviews use, and it isn't touched. Findings that were dismissed before
    stay so while they are still found."""
    require(survey, State.DESIGN, State.COLLECTING)
    files = {nfc(name)[:200]: text for name, text in (attachments or {}).items()}
    found = examine(workbook, filename, files)
    draft = queries.draft(survey) or Draft(survey_id=survey.id)
    latest = queries.published(survey)
    earlier = draft.dismissals or (latest.dismissals if latest else [])
    draft.filename = nfc(filename)[:200]
    draft.workbook = workbook
    draft.attachments = files
    draft.compiled = found.compiled.to_json() if found.compiled else None
    draft.findings = [as_row(f) for f in found.findings]
    draft.dismissals = _dismissals(found, earlier)
    draft.errors = sum(f.severity is Severity.ERROR for f in found.findings)
    draft.changes = _since(latest, found)
    draft.against = latest.number if latest else None
    draft.imported_at = audit.now()
    db.session.add(draft)
    db.session.flush()
    audit.record(
        "questionnaire.imported", actor_id=by.id if by else None, survey_id=survey.id, errors=draft.errors
    )
    return draft


def _since(latest: QuestionnaireVersion | None, found: Examined) -> list[dict[str, Any]]:
    if latest is None or found.compiled is None:
        return []
    before = examine(latest.workbook, latest.filename, latest.attachments).questionnaire
    return [change_row(change) for change in changes(before, found.questionnaire)]


def _dismissals(found: Examined, earlier: list[dict[str, Any]]) -> list[dict[str, Any]]:
    own = [
        {**_key(as_row(finding)), "reason": nfc(reason), "at": audit.today(), "by_author": True}
        for finding, reason in found.dismissed
    ]
    open_ones = [_key(as_row(f)) for f in found.findings]
    return own + [d for d in earlier if not d.get("by_author") and _key(d) in open_ones]


def _key(row: Mapping[str, Any]) -> dict[str, str]:
    return {"code": row["code"], "name": row.get("name") or ""}


def reason_of(text: str) -> str:
    """A typed reason, made plain. Raises Problem `authoring.reason-needed` for one too short to mean anything."""
    reason = " ".join(nfc(text).split())[:LONGEST_REASON]
    if len(reason) < SHORTEST_REASON:
        raise Problem("authoring.reason-needed", least=SHORTEST_REASON)
    return reason


def dismiss(survey: Survey, code: str, name: str, reason: str, *, by: User | None) -> None:
    """Keep a finding about wording or structure as it is, with the reason. Errors can't be dismissed.
    Raises Problem `authoring.no-draft`, `authoring.no-finding`, `authoring.reason-needed`."""
    draft = _draft(survey)
    wanted = {"code": code, "name": name}
    if not code.startswith("lint.") or all(_key(row) != wanted for row in draft.findings):
        raise Problem("authoring.no-finding")
    said = {**wanted, "reason": reason_of(reason), "at": audit.today(), "by_author": False}
    draft.dismissals = [*(d for d in draft.dismissals if _key(d) != wanted), said]
    db.session.flush()
    audit.record(
        "finding.dismissed",
        actor_id=by.id if by else None,
        survey_id=survey.id,
        code=code,
        name=name,
        reason=said["reason"],
    )


def restore(survey: Survey, code: str, name: str, *, by: User | None) -> None:
    """Undo a dismissal made on the screen."""
    draft = _draft(survey)
    wanted = {"code": code, "name": name}
    draft.dismissals = [d for d in draft.dismissals if d.get("by_author") or _key(d) != wanted]
    db.session.flush()
    audit.record(
        "finding.restored", actor_id=by.id if by else None, survey_id=survey.id, code=code, name=name
    )


def publish(survey: Survey, *, by: User | None, reason: str = "") -> QuestionnaireVersion:
    """Make the draft the next version. Interviews begun with an older version go on with it.

    Changes that break with answers already collected need a reason, which is kept with the version.
    Raises Problem `authoring.no-draft`, `authoring.has-errors`, `authoring.reason-needed`.
    """
    require(survey, State.DESIGN, State.COLLECTING)
    draft = _draft(survey)
    if draft.errors or draft.compiled is None:
        raise Problem("authoring.has-errors", count=draft.errors)
    latest = queries.published(survey)
    if draft.against != (latest.number if latest else None):
        draft.changes = _since(latest, examine(draft.workbook, draft.filename, draft.attachments))
    breaking = any(change["safety"] == Safety.BREAKING for change in draft.changes)
    version = QuestionnaireVersion(
        survey_id=survey.id,
        number=latest.number + 1 if latest else 1,
        filename=draft.filename,
        workbook=draft.workbook,
        attachments=draft.attachments,
        compiled=draft.compiled,
        digest=Compiled.from_json(draft.compiled).digest,
        changes=draft.changes,
        dismissals=draft.dismissals,
        reason=reason_of(reason) if breaking else "",
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
        breaking=breaking,
        reason=version.reason,
    )
    plans.register(survey, version)
    return version


def _draft(survey: Survey) -> Draft:
    draft = queries.draft(survey)
    if draft is None:
        raise Problem("authoring.no-draft")
    return draft
