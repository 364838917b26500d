"""Interviews nearly the same as another one: found by the job, told as a sign, decided by a researcher."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from survey_app.accounts.models import Role, User
from survey_app.authoring import queries as authoring
from survey_app.collection import likeness, locking, review
from survey_app.collection.models import Interview, Likeness, LikenessCheck, Submission
from survey_app.db import db, transaction
from survey_app.keys import keyring
from survey_app.snapshots import services as snapshots
from survey_app.snapshots.models import Exclusion
from survey_app.surveys import services as surveys
from survey_app.surveys.models import State
from tests.support.surveys import Small, small_survey

ASKED = 30
BOOK = "\n".join(
    [
        "| survey |",
        "| | type | name | label::Tiếng Việt (vi) | dl::role |",
        "| | hidden | mode | | hidden |",
        "| | integer | k7 | Số người lớn? | background |",
        "| | begin group | s_a | A. Ý kiến | |",
        *[f"| | select_one scale | q{i:02d} | Ý kiến {i}? | |" for i in range(ASKED)],
        "| | text | told | Ông/bà nói gì thêm? | open |",
        "| | end group | | | |",
        "| choices |",
        "| | list_name | name | label::Tiếng Việt (vi) |",
        *[f"| | scale | {value} | Mức {value} |" for value in (1, 2, 3, 4, 98)],
        "| settings |",
        "| | form_title | form_id | default_language |",
        "| | Thử | thu | Tiếng Việt (vi) |",
    ]
)
NAMES = [f"q{i:02d}" for i in range(ASKED)]
SECRET = "câu trả lời bí mật"


@pytest.fixture
def small(app: Flask) -> Small:
    return small_survey(markdown=BOOK)


def honest(seed: int) -> dict[str, str]:
    given = np.random.default_rng(seed).choice(
        ["1", "2", "3", "4", "98"], ASKED, p=[0.3, 0.3, 0.2, 0.15, 0.05]
    )
    return {"k7": "2", "told": SECRET, **dict(zip(NAMES, given.tolist(), strict=True))}


def add(small: Small, place: int, values: dict[str, str], revision: int = 1) -> str:
    """An interview as receiving and reading leave it."""
    survey, case = small.survey, small.cases[place]
    key, number = keyring().link(survey.public_id), f"{place:08d}"
    joined = {"case": case.id, "user": small.collaborator.id, "at": "", "note": ""}
    with transaction():
        db.session.execute(update(Interview).where(Interview.instance_id == number).values(latest=False))
        db.session.add(
            Submission(
                instance_id=number,
                revision=revision,
                survey_id=survey.id,
                version=1,
                media_type="application/json",
                body=b"{}",
                sha256="0" * 64,
                received_on="2026-11-22",
                case_tag=key.tag("case", case.id),
                collaborator_tag=key.tag("user", small.collaborator.id),
                link=key.seal(joined, f"submission:{number}:{revision}"),
                channel="phone",
                stratum=case.unit.stratum,
                psu=case.unit.code,
                base_weight=case.base_weight,
            )
        )
        db.session.add(
            Interview(
                instance_id=number,
                revision=revision,
                survey_id=survey.id,
                version=1,
                outcome="complete",
                language="vi",
                values=values,
            )
        )
    return number


def fill(small: Small, count: int, start: int = 0) -> None:
    for place in range(start, start + count):
        add(small, place, honest(place))


def copy_of(values: dict[str, str], changed: int = 2) -> dict[str, str]:
    return values | {name: "4" if values[name] != "4" else "1" for name in NAMES[:changed]}


def test_only_substantive_questions_are_compared(small: Small) -> None:
    (version,) = authoring.versions(small.survey)
    assert likeness.compared_questions(authoring.compiled(version)) == dict.fromkeys(
        NAMES, frozenset({"98", "99"})
    )


def test_a_copy_and_its_source_are_flagged_and_nobody_else(small: Small) -> None:
    fill(small, 33)
    copy = add(small, 33, copy_of(honest(5)))
    likeness.work()
    assert likeness.flagged(small.survey) == {"00000005", copy}
    (pair,) = likeness.pairs(small.survey)
    assert (pair.first, pair.second, pair.circle) == ("00000005", copy, "collaborator")
    assert pair.share == pytest.approx(28 / 30, abs=0.03), "don't know is no answer that could be equal"
    (check,) = likeness.checks(small.survey)
    assert (check.whole, check.judged, check.pairs, len(check.rule["questions"])) == (
        34,
        34,
        34 * 33 // 2,
        30,
    )


def test_too_few_interviews_wait(small: Small) -> None:
    fill(small, likeness.FEWEST - 1)
    likeness.work()
    assert likeness.checks(small.survey) == []


def test_new_interviews_are_compared_with_all_by_the_same_rule(small: Small) -> None:
    fill(small, 36)
    likeness.work()
    before = likeness.rule_of(likeness.checks(small.survey)[0])
    add(small, 36, copy_of(honest(7)))
    likeness.work()
    assert likeness.flagged(small.survey) == set(), "a few that have just come wait for others"
    with transaction():
        db.session.execute(update(LikenessCheck).values(checked_at="2026-01-01T00:00:00Z"))
    likeness.work()
    (check,) = likeness.checks(small.survey)
    assert likeness.flagged(small.survey) == {"00000007", "00000036"}
    assert (check.whole, check.judged, check.pairs) == (36, 37, 37 * 36 // 2)
    assert likeness.rule_of(check) == before
    assert db.session.query(Likeness).count() == 37


def test_an_interview_asked_again_is_compared_anew_and_so_is_its_partner(small: Small) -> None:
    fill(small, 33)
    add(small, 33, copy_of(honest(5)))
    likeness.work()
    add(small, 33, honest(777), revision=2)
    with transaction():
        db.session.execute(update(LikenessCheck).values(checked_at="2026-01-01T00:00:00Z"))
    likeness.work()
    assert likeness.flagged(small.survey) == set()
    assert db.session.get(Likeness, "00000033").revision == 2  # type: ignore[union-attr]


def test_the_supervisor_sees_a_sign_and_no_answer(
    small: Small, person: Callable[..., User], sign_in: Callable[[str], FlaskClient]
) -> None:
    supervisor = person("gs", Role.SUPERVISOR, [small.survey.area])
    with transaction():
        surveys.add_member(small.survey, supervisor, by=None)
    fill(small, 33)
    copy = add(small, 33, copy_of(honest(5)))
    likeness.work()
    alike = [one for one in review.interviews(small.survey, supervisor) if review.Flag("alike") in one.flags]
    assert {one.interview.instance_id for one in alike} == {"00000005", copy}
    client, address = sign_in("gs"), f"/surveys/{small.survey.public_id}"
    pages = [
        client.get(f"{address}/fieldwork/interviews{ref}").get_data(as_text=True)
        for ref in ("", f"/{alike[0].ref}")
    ]
    for page in pages:
        assert "gần trùng với một phiếu khác" in page
        assert SECRET not in page and copy not in page and "00000005" not in page
    assert pages[0].count("gần trùng với một phiếu khác") == 2
    assert client.get(f"{address}/snapshots/alike").status_code == 403
    assert client.post(f"{address}/snapshots/alike").status_code == 403


def test_the_researcher_compares_again_reads_the_rule_and_leaves_one_out(
    small: Small, sign_in: Callable[[str], FlaskClient]
) -> None:
    client, address = sign_in("nc"), f"/surveys/{small.survey.public_id}/snapshots"
    assert "Chưa so sánh phiếu nào" in client.get(f"{address}/alike").get_data(as_text=True)
    fill(small, 33)
    copy = add(small, 33, copy_of(honest(5)))
    assert client.post(f"{address}/alike").status_code == 302
    page = client.get(f"{address}/alike").get_data(as_text=True)
    assert "1 cặp phiếu giống nhau hơn" in page and copy in page and SECRET not in page
    assert page.count("/fieldwork/interviews/") == 2
    assert "của cùng một cộng tác viên" in page
    out: dict[str, Any] = {"instance_id": copy, "reason": "copied", "from": "alike"}
    answer = client.post(f"{address}/exclusions", data=out)
    assert answer.location.endswith("/alike")
    db.session.rollback()
    assert db.session.scalars(select(Exclusion.reason)).all() == ["copied"]
    assert "đã loại: chép từ phiếu khác" in client.get(f"{address}/alike").get_data(as_text=True)
    assert snapshots.take(small.survey).left_out == {"excluded": 1}


def test_after_the_lock_pairs_stay_and_lead_to_nobody(
    small: Small, sign_in: Callable[[str], FlaskClient]
) -> None:
    fill(small, 33)
    copy = add(small, 33, copy_of(honest(5)))
    likeness.work()
    with transaction():
        surveys.close(small.survey, by=None)
        locking.lock(small.survey, by=None)
    assert small.survey.state == State.LOCKED.value
    client, address = sign_in("nc"), f"/surveys/{small.survey.public_id}/snapshots/alike"
    page = client.get(address).get_data(as_text=True)
    assert copy in page and "/fieldwork/interviews/" not in page
    assert "không còn gì dẫn từ phiếu đến cộng tác viên" in page
    assert client.post(address).status_code == 302, (
        "the tags still tell which interviews have one collaborator"
    )
    assert likeness.flagged(small.survey) == {"00000005", copy}
