"""Snapshots on a real database: who is in, what a refresh writes, what a lost file costs, and who may look."""

from __future__ import annotations

import stat

import pytest
from sqlalchemy import select

from survey_app.collection.models import Interview, Submission, new_mark
from survey_app.db import db, transaction
from survey_app.problems import Problem
from survey_app.sampling import queries as sampling
from survey_app.snapshots import queries, services, store
from survey_app.snapshots.models import SnapshotPart
from tests.support.answered import add_interview, answered_survey

ONCE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def taken(made):
    with transaction():
        return services.take(made.survey, made.researcher)


def interview(number, revision=1):
    return db.session.get(Interview, (f"{number:08d}", revision))


def spare_case(made, place=0):
    used = set(db.session.scalars(select(Submission.case_tag)))
    return [case for case in sampling.cases(made.survey) if f"{case.id:032x}" not in used][place]


def test_a_snapshot_holds_what_the_database_says(app):
    made = answered_survey()
    found = taken(made)
    frame = services.opened(made.survey, found)
    rows = db.session.scalars(select(Interview).order_by(Interview.instance_id)).all()
    assert found.number == 1 and found.n == len(rows) == len(frame)
    assert frame.instance_ids.tolist() == [row.instance_id for row in rows]
    for question in ("a1", "a2", "c6a", "k2", "b3", "mode"):
        assert frame.answers[question].texts() == [row.values.get(question, "") for row in rows]
    stored = db.session.scalars(select(Submission).order_by(Submission.instance_id)).all()
    assert frame.psu.texts() == [one.psu for one in stored]
    assert frame.base_weight.tolist() == [one.base_weight for one in stored]
    assert found.since == {"added": found.n, "changed": 0, "removed": 0}
    assert queries.waiting(made.survey) == 0


@ONCE
def test_with_nothing_new_the_same_snapshot_stands(app):
    made = answered_survey()
    assert taken(made).id == taken(made).id


def test_a_refresh_writes_only_what_is_new_and_says_so(app):
    made = answered_survey()
    first = taken(made)
    with transaction():
        for place in range(3):
            case = spare_case(made)
            add_interview(made.survey, case, f"9000000{place}", {"a2": "1"})
            db.session.flush()
        changed = interview(5)
        changed.values, changed.pending = {**changed.values, "a2": "5"}, new_mark()
        gone = interview(6)
        gone.outcome, gone.pending = "refused", new_mark()
    assert queries.waiting(made.survey) == 5
    second = taken(made)
    assert (second.number, second.n) == (2, first.n + 2)
    assert second.since == {"added": 3, "changed": 1, "removed": 1}
    assert second.left_out == {"refused": 1}
    assert second.digest != first.digest
    frame = services.opened(made.survey, second)
    assert frame.answers["a2"].texts()[5] == "5"
    assert f"{6:08d}" not in frame.instance_ids.tolist()


@ONCE
def test_an_earlier_snapshot_keeps_what_it_had(app):
    made = answered_survey()
    first = taken(made)
    before = services.opened(made.survey, first).answers["a2"].texts()
    with transaction():
        for number in range(10):
            one = interview(number)
            one.values, one.pending = {**one.values, "a2": "3"}, new_mark()
    taken(made)
    queries._open.clear()
    assert services.opened(made.survey, first).answers["a2"].texts() == before


@ONCE
def test_the_digest_is_of_the_content_not_of_the_files(app):
    made = answered_survey()
    first = taken(made)
    with transaction():
        for number in range(20):
            interview(number).pending = new_mark()
    second = taken(made)
    assert second.digest == first.digest and second.parts != first.parts
    assert second.since == {"added": 0, "changed": 0, "removed": 0}


def test_one_interview_of_a_case_counts_and_which_one_is_decided_again_when_it_changes(app):
    made = answered_survey()
    twin = db.session.get(Submission, (f"{3:08d}", 1))
    with transaction():
        db.session.add(
            Submission(
                **{
                    c.name: getattr(twin, c.name)
                    for c in Submission.__table__.columns
                    if c.name != "instance_id"
                },
                instance_id="5",
            )
        )
        db.session.add(
            Interview(
                instance_id="5",
                revision=1,
                survey_id=made.survey.id,
                version=1,
                outcome="complete",
                language="vi",
                values={"a2": "2"},
            )
        )
    first = taken(made)
    assert first.left_out == {"second-for-case": 1}
    with transaction():
        one = interview(3)
        one.outcome, one.pending = "partial", new_mark()
    second = taken(made)
    assert second.left_out == {"partial": 1} and second.n == first.n
    assert "5" in services.opened(made.survey, second).instance_ids.tolist()


@ONCE
def test_the_newest_revision_counts_whatever_came_first(app):
    made = answered_survey()
    taken(made)
    old = interview(4)
    with transaction():
        submission = db.session.get(Submission, (old.instance_id, 1))
        facts = {c.name: getattr(submission, c.name) for c in Submission.__table__.columns}
        db.session.add(Submission(**{**facts, "revision": 2}))
        db.session.add(
            Interview(
                instance_id=old.instance_id,
                revision=2,
                survey_id=made.survey.id,
                version=1,
                outcome="complete",
                language="vi",
                values={**old.values, "a2": "98"},
            )
        )
        old.latest = False
    second = taken(made)
    assert second.left_out == {"superseded": 1} and second.since["changed"] == 1
    assert services.opened(made.survey, second).answers["a2"].texts()[4] == "98"


@ONCE
def test_an_interview_left_out_by_a_researcher_is_counted_as_such_and_can_come_back(app):
    made = answered_survey()
    first = taken(made)
    with transaction():
        services.exclude(made.survey, f"{7:08d}", "invented", made.researcher)
        services.exclude(made.survey, f"{8:08d}", "test", made.researcher)
    second = taken(made)
    assert second.left_out == {"excluded": 1, "test": 1} and second.n == first.n - 2
    with transaction():
        services.readmit(made.survey, f"{7:08d}", made.researcher)
        services.readmit(made.survey, f"{8:08d}", made.researcher)
    third = taken(made)
    assert third.digest == first.digest and third.left_out == {}
    with pytest.raises(Problem) as caught, transaction():
        services.exclude(made.survey, "nowhere", "test", made.researcher)
    assert caught.value.code == "snapshots.unknown-interview"


def test_a_lost_file_is_made_again_from_the_database(app):
    made = answered_survey()
    found = taken(made)
    before = services.opened(made.survey, found).answers["a1"].texts()
    (digest,) = queries.digests(made.survey, found.parts)
    file = store.file_of(queries.folder(made.survey), digest)
    content = file.read_bytes()
    file.unlink()
    queries._open.clear()
    with pytest.raises(Problem) as caught:
        queries.opened(made.survey, found)
    assert caught.value.code == "snapshots.missing"
    assert services.opened(made.survey, found).answers["a1"].texts() == before
    assert store.index(file.parent, [digest]).digests.tobytes()
    assert (file.stat().st_mode & 0o777, len(content) > 0) == (0o600, True)
    file.unlink()
    queries._open.clear()
    with transaction():
        interview(2).values = {"a2": "1"}
    with pytest.raises(Problem) as caught:
        services.opened(made.survey, found)
    assert caught.value.code == "snapshots.changed"


@ONCE
def test_an_interview_read_again_while_the_files_are_written_waits_for_the_next_one(app):
    made = answered_survey()
    gathered = services.gather(made.survey)
    with transaction():
        one = interview(1)
        one.values, one.pending = {**one.values, "a2": "99"}, new_mark()
    with transaction():
        services.keep(gathered, made.researcher)
    assert queries.waiting(made.survey) == 1
    assert taken(made).since == {"added": 0, "changed": 1, "removed": 0}


@ONCE
def test_files_are_for_the_servers_own_eyes_and_join_nothing_to_a_household(app):
    import pyarrow.parquet as pq

    made = answered_survey(change=lambda place, given: given.update(a1_other="Bí mật"))
    taken(made)
    folder = queries.folder(made.survey)
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    names = set(pq.read_schema(file).names)
    assert not any("case" in name or "collaborator" in name or "link" in name for name in names)
    assert "q.a1_other" not in names and "q.a2" in names
    tags = db.session.scalars(select(Submission.case_tag)).all()
    text = file.read_bytes() + b"".join(db.session.scalars(select(SnapshotPart.keys)))
    assert not any(tag.encode() in text for tag in tags[:50])


@ONCE
def test_small_refreshes_are_joined_and_stay_few(app):
    made = answered_survey()
    taken(made)
    for number in range(12):
        with transaction():
            interview(number).pending = new_mark()
        found = taken(made)
    assert len(found.parts) == 1


@ONCE
def test_the_page_takes_a_snapshot_and_belongs_to_the_surveys_researchers(app, sign_in, person):
    from survey_app.accounts.models import Role

    made = answered_survey()
    person("khac", Role.RESEARCHER)
    address = f"/surveys/{made.survey.public_id}/snapshots"
    client = sign_in("nc")
    assert "cuộc phỏng vấn đang chờ được chốt" in client.get(address).get_data(as_text=True)
    page = client.post(address, follow_redirects=True).get_data(as_text=True)
    assert "Đã chốt bản 1" in page
    assert "Không có gì mới" in client.post(address, follow_redirects=True).get_data(as_text=True)
    number = f"{9:08d}"
    client.post(address + "/exclusions", data={"instance_id": number, "reason": "withdrawn"})
    assert number in client.get(address).get_data(as_text=True)
    assert (
        client.post(address + "/exclusions", data={"instance_id": "x", "reason": "test"}).status_code == 404
    )
    assert sign_in("khac").get(address).status_code == 404
    assert sign_in("ld").get(address).status_code == 403
