"""The analysis plan, registered when a version is published: what will be made of the answers, said beforehand.

Each room to the right says its part of the plan by `add` when it is imported (weighting: the recipe and the
breaks; reporting: the questions and how each is reported). A registered plan is never changed; what was done
otherwise is listed with the release (`reporting/deviations.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from questionnaires import Compiled
from survey_app import audit
from survey_app.authoring.models import AnalysisPlan, QuestionnaireVersion
from survey_app.db import db
from survey_app.surveys.models import Survey

FORMAT = 1
Part = Callable[[Survey, Compiled], Any]
_parts: dict[str, Part] = {}


def add(name: str, part: Part) -> None:
    """Let a room say its part: JSON values, from the questionnaire and what the survey has settled."""
    _parts[name] = part


def register(survey: Survey, version: QuestionnaireVersion) -> AnalysisPlan:
    """Write down the plan of a version that is being published, with a digest, in the same transaction."""
    compiled = Compiled.from_json(version.compiled)
    document: dict[str, Any] = {"format": FORMAT, "questionnaire": version.digest}
    document |= {name: part(survey, compiled) for name, part in sorted(_parts.items())}
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    made = AnalysisPlan(
        survey_id=survey.id,
        version_id=version.id,
        document=document,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        registered_at=audit.now(),
    )
    db.session.add(made)
    db.session.flush()
    audit.record("plan.registered", survey_id=survey.id, version=version.number, digest=made.digest)
    return made


def plan(survey: Survey) -> AnalysisPlan | None:
    """The plan of the newest published version; None for versions older than plans."""
    return db.session.scalar(
        select(AnalysisPlan)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == AnalysisPlan.version_id)
        .where(AnalysisPlan.survey_id == survey.id)
        .order_by(QuestionnaireVersion.number.desc())
        .limit(1)
    )
