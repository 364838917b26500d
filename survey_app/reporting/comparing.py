"""Put the change since the last released wave into a cube that is to be released.

Reads what `waves.py` needs: the wave before as it was released, and what changed in the questionnaire.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import undefer

from questionnaires import Change, Questionnaire, Safety, diff, read_xlsform
from survey_app.authoring import queries as authoring
from survey_app.authoring.models import QuestionnaireVersion
from survey_app.db import db
from survey_app.reporting import queries, waves
from survey_app.reporting.cube import Cube, Wave
from survey_app.reporting.models import Release
from survey_app.reporting.protect import Protected
from survey_app.reporting.topics import Plan
from survey_app.surveys.models import Survey

THIS = ""  # a wave that is being released has no release number and digest yet


def with_changes(survey: Survey, cube: Cube, protected: Protected, plan: Plan) -> Cube:
    """The cube with the changes since the wave before; as it is where none was released in the same area."""
    before = queries.previous_wave(survey)
    if before is None or before.survey.area_id != survey.area_id:
        return cube
    then = waves.Edition(
        wave=Wave(
            before.survey.wave,
            before.survey.public_id,
            before.number,
            before.digest,
            before.survey.opened_on or "",
            before.survey.closed_on or "",
        ),
        cube=queries.cube(before),
        tables=waves.sealed_tables(_sealed(before)),
    )
    now = waves.Edition(
        wave=Wave(survey.wave, survey.public_id, 0, THIS, survey.opened_on or "", survey.closed_on or ""),
        cube=cube,
        tables=protected.tables,
    )
    sources = {spec.name: [source.question for source in spec.sources] for spec in plan.specs}
    return replace(cube, waves=waves.compare(then, now, sources, _changes(before.survey, survey, plan)))


def _sealed(release: Release) -> str:
    row = db.session.get(Release, release.id, options=[undefer(Release.audit)], populate_existing=True)
    return str(row.audit.get("sealed", "")) if row else ""


def _changes(before: Survey, after: Survey, plan: Plan) -> tuple[Change, ...]:
    """What changed between the questionnaires last published in two waves."""
    old, new = authoring.published(before), authoring.published(after)
    if old is None or new is None or old.digest == new.digest:
        return ()
    one, other = _model(old), _model(new)
    if one is None or other is None:
        # Unreadable by now: nothing can be called asked alike.
        return tuple(Change("diff.wording", Safety.RISKY, spec.name) for spec in plan.specs)
    return diff(one, other)


def _model(version: QuestionnaireVersion) -> Questionnaire | None:
    return read_xlsform(version.workbook, version.filename).questionnaire
