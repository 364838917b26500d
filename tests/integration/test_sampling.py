"""The draw is true and repeatable; chance is settled, balanced and gone with the key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.accounts.models import Role
from survey_app.db import db, transaction
from survey_app.keys import LinkKey
from survey_app.problems import Problem
from survey_app.sampling import chance, queries, services
from survey_app.sampling.models import Case, DrawnUnit, Frame, FrameUnit
from survey_app.surveys import services as surveys
from tests.support.surveys import FRAME, Small, small_survey

KEY = LinkKey(b"k" * 32)


@pytest.fixture
def small(app: Flask) -> Small:
    return small_survey()


def test_weights_are_the_inverse_of_the_stored_probabilities(small: Small) -> None:
    units = queries.units(small.survey)
    assert Counter(u.stratum for u in units) == {"Phường": 2, "Xã": 2}
    sizes = {"P1": 200, "P2": 150, "P3": 120, "X1": 90, "X2": 80, "X3": 60}
    totals = {"Phường": 470, "Xã": 230}
    for unit in units:
        assert unit.probability == pytest.approx(2 * sizes[unit.code] / totals[unit.stratum])
    for case in small.cases:
        expected = 1 / (case.unit.probability * 10 / case.unit.households)
        assert case.base_weight == pytest.approx(expected)
    assert len({(c.unit_id, c.number) for c in small.cases}) == 40
    assert all(1 <= c.number <= c.unit.households for c in small.cases)


def test_the_same_seed_draws_the_same_sample(app: Flask) -> None:
    first, second = small_survey(title="một"), small_survey(title="hai")
    other = [(c.unit.code, c.number) for c in first.cases]
    assert other == [(c.unit.code, c.number) for c in second.cases]
    draws = [queries.draw(s.survey) for s in (first, second)]
    assert len({d.digest for d in draws if d}) == 1


def test_a_draw_is_never_repeated_or_its_frame_replaced(small: Small) -> None:
    small.survey.state = "design"
    for call in (
        lambda: services.draw_sample(small.survey, seed="8", by=None),
        lambda: services.import_frame(
            small.survey, FRAME, as_of="2026-01-01", note={}, made_up=True, by=None
        ),
    ):
        with pytest.raises(Problem) as caught:
            call()
        assert caught.value.code == "sampling.already-drawn"


HEAD = "code,name,stratum,area_code,households\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("code,name,stratum,area_code\nP1,A,S,06862\n", 1),
        (HEAD, 2),
        (HEAD + "P1,A,S,06862,0\n", 2),
        (HEAD + "P1,A,S,06862,10\nP1,B,S,06862,10\n", 3),
        (HEAD + "P1,A,S,06862,10\nP2,,S,06862,10\n", 3),
        (HEAD + "P1,A,S,06862,mười\n", 2),
        (HEAD + "P1,A,S,99999,10\n", 2),
    ],
)
def test_a_bad_frame_is_told_by_line_and_imports_nothing(small: Small, text: str, line: int) -> None:
    with transaction():
        fresh = surveys.create({"vi": "mới"}, by=None)
    with pytest.raises(Problem) as caught, transaction():
        services.import_frame(fresh, text, as_of="2026-01-01", note={}, made_up=True, by=None)
    assert (caught.value.code, caught.value.params["line"]) == ("sampling.bad-frame", line)
    assert db.session.query(Frame).filter_by(survey_id=fresh.id).count() == 0


def test_more_units_than_the_frame_has_is_told_and_draws_nothing(small: Small) -> None:
    with transaction():
        fresh = surveys.create({"vi": "mới"}, by=None)
        services.import_frame(fresh, FRAME, as_of="2026-01-01", note={}, made_up=True, by=None)
    with pytest.raises(Problem) as caught, transaction():
        services.draw_sample(fresh, seed="1", plan={"units": 99}, by=None)
    assert caught.value.code == "sampling.design"
    assert "99" in caught.value.message
    assert db.session.query(DrawnUnit).join(FrameUnit).join(Frame).filter_by(survey_id=fresh.id).count() == 0


def test_a_unit_as_large_as_the_interval_is_certain_and_says_so(small: Small) -> None:
    with transaction():
        fresh = surveys.create({"vi": "mới"}, by=None)
        frame = FRAME.replace("P1,Tổ 1,Phường,06862,200", "P1,Tổ 1,Phường,06862,2000")
        services.import_frame(fresh, frame, as_of="2026-01-01", note={}, made_up=True, by=None)
        services.draw_sample(fresh, seed="1", plan={"units": 4, "least_per_stratum": 2}, by=None)
    (sure,) = [u for u in queries.units(fresh) if u.certainty]
    assert (sure.code, sure.probability) == ("P1", 1.0)


def test_arms_are_balanced_in_every_unit_and_settled() -> None:
    experiments = {"ballot": ["A", "B"], "list_group": ["control", "treatment"], "order": ["1", "2", "3"]}
    cases = list(range(100, 130))
    settled = chance.arms(KEY, "U1", cases, experiments)
    assert settled == chance.arms(KEY, "U1", list(reversed(cases)), experiments)
    for name, values in experiments.items():
        counts = Counter(settled[c][name] for c in cases)
        assert set(counts.values()) == {30 // len(values)}
    together = Counter((settled[c]["ballot"], settled[c]["list_group"]) for c in cases)
    assert min(together.values()) >= 3, "experiments are drawn independently"
    assert settled != chance.arms(LinkKey(b"x" * 32), "U1", cases, experiments)


def test_the_number_that_draws_the_adult_is_uniform_and_settled() -> None:
    numbers = [float(chance.uniform(KEY, "adult", case)) for case in range(20_000)]
    assert numbers[:50] == [float(chance.uniform(KEY, "adult", case)) for case in range(50)]
    tenths = Counter(int(10 * u) for u in numbers)
    assert set(tenths) == set(range(10))
    assert max(abs(n - 2000) for n in tenths.values()) < 200


def test_link_tokens_are_long_distinct_and_typed_leniently() -> None:
    tokens = [chance.link_token(KEY, case) for case in range(5000)]
    assert len(set(tokens)) == 5000
    assert {len(t) for t in tokens} == {16}
    assert not set("oil") & set("".join(tokens))
    spaced = f"{tokens[0][:4].upper()} {tokens[0][4:8]}-{tokens[0][8:]}"
    assert chance.token_digest(spaced) == chance.token_digest(tokens[0])


def test_nothing_about_chance_is_stored(small: Small) -> None:
    columns = {c.name for c in Case.__table__.columns}
    assert columns == {
        "id", "survey_id", "unit_id", "number", "base_weight", "token_digest", "assigned_to", "outcome", "closed",
    }  # fmt: skip


def test_the_supervisor_sees_counts_and_no_list_of_refusals(
    small: Small, person: Callable[..., Any], sign_in: Callable[[str], FlaskClient]
) -> None:
    supervisor = person("gs", Role.SUPERVISOR, [small.survey.area])
    with transaction():
        surveys.add_member(small.survey, supervisor, by=None)
        services.record_attempt(
            small.cases[0], attempt_id="0" * 36, made_at="2026-11-22T09", outcome="refusal"
        )
    text = sign_in("gs").get(f"/surveys/{small.survey.public_id}/fieldwork").get_data(as_text=True)
    assert "Từ chối tham gia" in text
    total = queries.together(queries.progress(small.survey))
    assert (total.issued, total.tried, dict(total.outcomes)) == (40, 1, {"refusal": 1})


def test_a_supervisor_of_another_area_sees_and_assigns_nothing(
    small: Small, person: Callable[..., Any], sign_in: Callable[[str], FlaskClient]
) -> None:
    from survey_app.accounts.queries import area

    ward = area("06862")
    supervisor = person("gs", Role.SUPERVISOR, [ward])
    with transaction():
        surveys.add_member(small.survey, supervisor, by=None)
    parts = queries.progress(small.survey, supervisor)
    assert {p.area for p in parts} == {"Phường Thử"}
    outside = next(u for u in queries.drawn_units(small.survey) if u.stratum == "Xã")
    client = sign_in("gs")
    data = {"units": [outside.id], "collaborator": small.collaborator.id}
    client.post(f"/surveys/{small.survey.public_id}/fieldwork/assign", data=data)
    db.session.expire_all()
    entries = db.session.query(Case).filter_by(unit_id=outside.id, assigned_to=small.collaborator.id).count()
    assert entries == 10, "the assignment made before stands; the request changed nothing"
