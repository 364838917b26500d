"""Near duplicates: equal to brute force, blind to nothing, and quiet about honest interviews."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.quality import LikenessRule, duplicates, likeness_rule, near_duplicates
from analysis.sampling import generator
from tests.simulation.likeness import Kind, people, with_copies

from .test_sampling_draws import refused


def rule(questions: int, *limits: float, least: int = 10) -> LikenessRule:
    own, area, elsewhere = limits if len(limits) == 3 else (limits[0],) * 3
    blank = ((None, None),) * 3
    return LikenessRule((own, area, elsewhere), tuple(range(questions)), least, 0.001, blank, blank)


def by_hand(answers, who, where, one, fresh=None):
    """{(i, j): share} by the definition, pair by pair."""
    found = {}
    for i in range(len(answers)):
        for j in range(i + 1, len(answers)):
            both = (answers[i] >= 0) & (answers[j] >= 0)
            if fresh is not None and not (fresh[i] or fresh[j]):
                continue
            if min((answers[k] >= 0).sum() for k in (i, j)) < one.least or both.sum() < one.least:
                continue
            share = (answers[i] == answers[j])[both].mean()
            same_who = who[i] is not None and who[i] == who[j]
            same_where = where[i] is not None and where[i] == where[j]
            if share >= one.limits[0 if same_who else 1 if same_where else 2]:
                found[i, j] = share
    return found


@pytest.mark.parametrize("part", [1.0, 0.3])
def test_pairs_equal_the_definition(monkeypatch: pytest.MonkeyPatch, part: float) -> None:
    monkeypatch.setattr(duplicates, "_BLOCK", 16)
    rng = generator(5)
    answers = (rng.random((90, 30)) * 3).astype(int)
    answers[rng.random(answers.shape) < 0.2] = -1
    who = [None if k % 11 == 0 else f"c{k % 4}" for k in range(90)]
    where = [None if k % 13 == 0 else f"v{k % 6}" for k in range(90)]
    fresh = rng.random(90) < part
    one = rule(30, 0.45, 0.5, 0.55)
    found = near_duplicates(answers, who, where, one, fresh=fresh)
    expected = by_hand(answers, who, where, one, fresh)
    told = zip(found.first.tolist(), found.second.tolist(), strict=True)
    assert dict(zip(told, found.share.tolist(), strict=True)) == pytest.approx(expected)
    assert len(expected) > 20
    judged = int(found.judged.sum())
    others = int((found.judged & ~fresh).sum())
    assert found.compared == judged * (judged - 1) // 2 - others * (others - 1) // 2
    for i in range(90):
        mine = {pair: share for pair, share in expected.items() if i in pair}
        if not mine:
            assert found.partner[i] == -1 and np.isnan(found.closest[i])
        else:
            assert found.closest[i] == pytest.approx(max(mine.values()))
            assert expected[tuple(sorted((i, int(found.partner[i]))))] == pytest.approx(max(mine.values()))


def test_floats_with_missing_are_codes_too() -> None:
    answers = np.tile(np.arange(30.0) % 4, (3, 1))
    answers[2, :25] = np.nan
    found = near_duplicates(answers, [1, 1, 1], [1, 1, 1], rule(30, 0.9, least=20))
    assert (found.first.tolist(), found.second.tolist(), found.judged.tolist()) == (
        [0],
        [1],
        [True, True, False],
    )


def test_copies_are_found_and_honest_interviews_left_alone() -> None:
    rng = generator(4)
    answers, who, village = people(Kind("ordinary", n=600), rng)
    one = likeness_rule(answers, who, village, rng=generator(1))
    assert one.limits[0] == one.limits[2] == 0.85
    assert not near_duplicates(answers, who, village, one).flagged.any()
    copied, which = with_copies(answers, who, rng)
    found = near_duplicates(copied, who, village, likeness_rule(copied, who, village, rng=generator(1)))
    assert found.flagged[which].mean() >= 0.95
    assert found.flagged.sum() <= 2 * len(which), "a copy and its source, nobody else"


def test_where_most_agree_the_limit_rises_above_the_usual_one() -> None:
    alike = Kind("alike", n=600, questions=25, levels=3, spread=2.2)
    answers, who, village = people(alike, generator(9))
    one = likeness_rule(answers, who, village, rng=generator(1))
    assert min(one.limits) > 0.92, "85 % is nothing unusual here"
    assert near_duplicates(answers, who, village, one).flagged.mean() <= 0.005
    usual = near_duplicates(answers, who, village, rule(25, 0.85, least=20))
    assert usual.flagged.mean() > 0.1, "one number for all surveys would accuse many"


def test_the_same_generator_gives_the_same_rule() -> None:
    answers, who, village = people(Kind("small", n=200, questions=30), generator(2))
    assert likeness_rule(answers, who, village, rng=generator(3)) == likeness_rule(
        answers, who, village, rng=generator(3)
    )


def test_too_few_questions_tell_nothing() -> None:
    answers, who, village = people(Kind("short", n=100, questions=15), generator(2))
    one = likeness_rule(answers, who, village, rng=generator(3))
    assert not one.tells
    assert not near_duplicates(np.zeros((100, 15)), who, village, one).flagged.any()
    assert not likeness_rule(answers[:1], who[:1], village[:1], rng=generator(3)).tells


def test_questions_that_all_answer_alike_are_left_out() -> None:
    answers, who, village = people(Kind("short", n=200, questions=30), generator(2))
    answers[:, 7] = 1
    answers[:4, 7] = 2
    assert 7 not in likeness_rule(answers, who, village, rng=generator(3)).questions


def test_what_is_wrong_is_refused() -> None:
    answers = np.zeros((3, 4))
    refused(lambda: near_duplicates([1, 2], [1, 2], [1, 2], rule(1, 0.9)), "quality.grid-shape")
    refused(lambda: near_duplicates(answers, ["a"], [1, 1, 1], rule(4, 0.9)), "quality.lengths")
    refused(
        lambda: near_duplicates(answers, [1, 1, 1], [1, 1, 1], rule(4, 0.9), fresh=[True]), "quality.lengths"
    )
    refused(lambda: likeness_rule(answers, ["a"], [1, 1, 1], rng=generator(1)), "quality.lengths")
    refused(lambda: likeness_rule(answers, [1] * 3, [1] * 3, rng=generator(1), alarms=0), "quality.threshold")
