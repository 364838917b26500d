"""The demo as it is loaded: three waves, everything through the real doors, and nothing about persons."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import delete

from survey_app.accounts.models import Device
from survey_app.audit import AuditEntry
from survey_app.collection import likeness, review
from survey_app.collection import queries as collection
from survey_app.collection.models import Conflict, Interview, Stray, Submission
from survey_app.db import db, transaction
from survey_app.demo import services as demo
from survey_app.problems import Problem
from survey_app.reporting.models import Release
from survey_app.sampling import queries as sampling
from survey_app.surveys import queries as surveys
from survey_app.weighting.models import WeightingRun
from tests.support.demo import newest_released, waves


def test_the_demo_as_loaded(demo_app: Flask) -> None:
    earliest, first, second = waves()
    assert [(s.wave, s.state, s.simulated) for s in waves()] == [
        (1, "closed", True),
        (2, "closed", True),
        (3, "collecting", True),
    ]
    assert (second.previous_id, first.previous_id) == (first.id, earliest.id)
    units = sampling.units(first)
    assert (len(units), sum(u.issued for u in units)) == (60, 1800)
    frame = sampling.frame(first)
    assert frame is not None
    assert 1300 < sum(n for n, _ in sampling.frame_size(frame).values()) < 1700

    found = collection.responses(first)
    assert 1050 < len(found.instance_ids) < 1350
    assert found.left_out == {}
    assert (db.session.query(Stray).count(), db.session.query(Conflict).count()) == (0, 0)
    channels = {c for (c,) in db.session.query(Submission.channel).distinct()}
    assert channels == {"link", "phone"}
    grave = [
        f
        for (findings,) in db.session.query(Interview.findings).filter(Interview.survey_id == first.id)
        for f in findings
        if f["severity"] == "error"
    ]
    assert grave == [], "simulated respondents answer validly"
    for survey in (earliest, first):
        assert db.session.query(WeightingRun).filter_by(survey_id=survey.id).count() == 1
        assert db.session.query(Release).filter_by(survey_id=survey.id).count() == 1

    total = sampling.together(sampling.progress(second))
    assert 0 < total.complete < total.issued
    assert demo.load() is False, "running it again keeps the data"


def test_experiment_arms_came_out_balanced(demo_app: Flask) -> None:
    first = newest_released()
    values = collection.responses(first).values
    for name, arms in (
        ("ballot", ("A", "B")),
        ("list_group", ("control", "treatment")),
        ("scale_dir", ("1", "2")),
    ):
        counts = [sum(v.get(name) == arm for v in values) for arm in arms]
        assert sum(counts) == len(values)
        # Assigned in equal halves within each village; who answers is chance: three standard errors.
        assert abs(counts[0] - counts[1]) < 3 * np.sqrt(len(values))


def test_passwords_are_made_once_and_private(demo_files: Path, demo_app: Flask) -> None:
    file = Path(demo_app.instance_path) / "demo-accounts.json"
    assert stat.S_IMODE((demo_files / "demo-accounts.json").stat().st_mode) == 0o600
    words = json.loads(file.read_text())
    assert len(set(words.values())) == len(words)
    assert all(stat.S_IMODE(key.stat().st_mode) == 0o600 for key in (demo_files / "keys").iterdir())


def test_answers_hold_nothing_that_names_a_person_a_case_or_a_place(demo_app: Flask) -> None:
    """All bytes of all interviews: no clock time, no phone number, no case, no token, no network address."""
    for (body,) in db.session.query(Submission.body):
        told = json.loads(body)
        assert set(told) == {"format", "language", "answers", "outcome", "preloaded", "paradata", "app"}
        text = body.decode()
        assert not re.search(r"\d{1,3}(\.\d{1,3}){3}|\b0\d{9}\b|\d{2}:\d{2}|\d{4}-\d{2}-\d{2}", text)
        assert not {"case", "token", "user", "name"} & set(told["preloaded"])
    kept = {key for (values,) in db.session.query(Interview.values) for key in values}
    assert "select_u" not in kept


def test_a_load_that_was_broken_off_is_told_and_stays_marked_as_made_up(demo_app: Flask) -> None:
    with transaction():
        db.session.execute(delete(AuditEntry).where(AuditEntry.action == demo.LOADED))
    with pytest.raises(Problem) as caught:
        demo.load()
    assert caught.value.code == "demo.half-loaded"
    assert [s.simulated for s in surveys.every()] == [True] * 3


def test_the_open_waves_desk_has_something_to_decide(demo_app: Flask) -> None:
    """Phones with what waits on them, notes, the visitor's appointments, and interviews that are nearly the same."""
    open_wave = waves()[-1]
    with demo_app.test_request_context():
        signs = {flag.kind for one in review.interviews(open_wave, None) for flag in one.flags}
        sent_back = [one for one in review.interviews(open_wave, None) if one.returned]
        timed = [one for one in review.interviews(open_wave, None) if one.by_phone and one.times]
    assert {"alike", "fast"} <= signs
    assert len(sent_back) == 1 and timed
    pairs = likeness.pairs(open_wave)
    assert pairs and {pair.circle for pair in pairs} == {"collaborator"}
    assert set(collection.bystanders(open_wave)) == {"nobody", "part", "most"}
    assert len(sampling.notes(open_wave)) >= 4
    phones = db.session.query(Device).all()
    assert {bool(p.revoked_on) for p in phones} == {True, False}
    assert max(p.waiting for p in phones) > 10 and min(p.waiting for p in phones) == 0
    mine = [
        case for case in sampling.cases(open_wave) if case.collaborator and case.collaborator.name == "ctv01"
    ]
    assert sorted(case.outcome for case in mine if case.outcome) == ["appointment"] * 2 + ["not_home"] * 2
