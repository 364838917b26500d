"""Hidden shares stay hidden from an attacker who has every page, chart, file, release and erratum."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

import pytest
from flask import Flask

from survey_app.db import db, transaction
from survey_app.reporting import queries, services
from survey_app.reporting.models import PUBLIC, Release
from survey_app.weighting import services as weighting
from survey_app.weighting.models import WeightingRun
from tests.attack.bounds import attack
from tests.attack.gather import gather
from tests.support.answered import answered_survey
from tests.support.demo import newest_released
from tests.support.rare import rare_answers
from tests.support.regions import with_regions

LEAST = 20.0
ONCE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def fetcher(app: Flask) -> Callable[[str], str]:
    client = app.test_client()

    def fetch(address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200, address
        return answer.text

    return fetch


def released(made, recipe=None):
    with transaction():
        run = weighting.run(made.survey, recipe)
        terms = services.Terms(PUBLIC, {"vi": "Sửa"} if queries.releases(made.survey) else {})
        return services.release(made.survey, run, made.researcher, terms)


@ONCE
def test_an_audited_release_with_its_erratum_gives_nothing_away(app):
    made = answered_survey()
    released(made)
    recipe = copy.deepcopy(db.session.query(WeightingRun).first().recipe)
    recipe["calibration"]["margins"] = recipe["calibration"]["margins"][:2]
    released(made, recipe)
    loot = gather(fetcher(app), f"/public/{made.survey.public_id}/", [1, 2])
    assert {place.release for place in loot.seen} == {1, 2}
    # The audit prefers to put answers and groups together; what it hides must stay hidden.
    assert [one for one in attack(loot) if one.width < LEAST] == []


def with_hidden(release: Release, number: int, cells: list[tuple[int, int]]) -> None:
    """A further release, made by hand: these (group, answer) of question a2 by age are hidden, nothing else."""
    content = json.loads(json.dumps(release.content))
    table = next(t for t in content["topics"] if t["name"] == "a2")["tables"]["age"][0]
    for group, answer in cells:
        nothing = {"value": None, "low": None, "high": None, "hidden": "protected"}
        table["columns"][group]["figures"][answer] = nothing
    # The sums of answers, which would tell the same again, are left out.
    kept = [place for place, row in enumerate(table["rows"]) if row["kind"] != "net"]
    table["rows"] = [table["rows"][place] for place in kept]
    for column in table["columns"]:
        column["figures"] = [column["figures"][place] for place in kept]
    with transaction():
        db.session.add(
            Release(
                survey_id=release.survey_id, run_id=release.run_id, number=number, supersedes_id=release.id,
                content=content, method=release.method, audit={}, digest=f"{number:064d}", audience=PUBLIC,
                reason={"vi": "Thử"}, released_at="2026-11-22T00:00:00Z",
            )
        )  # fmt: skip


@ONCE
def test_the_attack_breaks_what_is_hidden_by_hand_and_spares_what_is_hidden_well(app):
    """Teeth: one cell here and there is worked out to within rounding; large answers of two groups are not."""
    made = answered_survey(households=40)
    release = released(made)
    table = queries.cube(release).topic("a2").table("age")
    large = sorted(range(4), key=lambda row: -(table.columns[1].figures[row].value or 0))[:2]
    true = table.columns[1].figures[large[0]].value
    with_hidden(release, 2, [(1, large[0])])
    with_hidden(release, 3, [(group, row) for group in (1, 2) for row in large])
    fetch, root = fetcher(app), f"/public/{made.survey.public_id}/"
    (found,) = attack(gather(fetch, root, [2]))
    assert found.width < LEAST and found.low - 0.5 <= true <= found.high + 0.5
    protected = attack(gather(fetch, root, [3]))
    assert len(protected) == 4 and all(one.width >= LEAST for one in protected)
    # With the first release at hand, which prints them, the same cells are known to within the drift of releases.
    both = [one for one in attack(gather(fetch, root, [1, 3])) if one.place.release == 3]
    assert len(both) == 4 and all(one.width < LEAST for one in both)


def test_the_demo_gives_nothing_away_and_its_pages_say_only_what_was_released(demo_app: Flask):
    survey = newest_released()
    loot = gather(fetcher(demo_app), f"/public/{survey.public_id}/", [1])
    assert loot.pages > 100 and len(loot.seen) > 1000
    assert [one for one in attack(loot) if one.width < LEAST] == []
    cube = queries.cube(queries.public_release(survey.public_id))
    shown = {
        part
        for topic in cube.topics
        for tables in topic.tables.values()
        for table in tables
        for column in table.columns
        for figure in column.figures
        for part in (figure.value, figure.low, figure.high)
        if part is not None
    }
    earlier = {
        part
        for one in cube.waves.comparisons
        for shift in one.shifts
        for point in shift.points
        for part in (point.value, point.low, point.high)
    }
    # Charts and their hover texts hold nothing finer, and nothing else, than the released figures.
    for values in loot.charted.values():
        assert {round(value, 6) for value in values} <= shown | earlier
    # Every printed change is the difference of the two printed shares beside it: nothing that they don't tell.
    assert len(loot.changes) > 80
    for topic, row in loot.changes:
        before, after = (int(cell.split()[0].replace("%", "")) for cell in row[1:3])
        change = int(row[3].split()[0].replace("−", "-"))
        assert change == after - before, (topic, row)


@ONCE
def test_what_the_audit_hides_of_areas_and_groups_within_them_stays_hidden(app):
    """A real release in which cells had to be hidden, with others that would tell on them, in an area by age."""
    made = answered_survey(households=60, change=rare_answers())
    with transaction():
        run = weighting.run(made.survey, with_regions(made.survey) | {"crossings": [["region", "age"]]})
        release = services.release(made.survey, run, made.researcher, services.Terms(PUBLIC))
    (edit,) = [one for one in release.audit["edits"] if one["kind"] == "hide"]
    assert list(edit["tables"]) == ["b3//age@region=country"]
    hidden_cells = set(zip(edit["columns"], edit["categories"], strict=True))
    assert len({column for column, _row in hidden_cells}) >= 2, "the totals would tell on one column alone"
    loot = gather(fetcher(app), f"/public/{made.survey.public_id}/", [1])
    hidden = {place for place, seen in loot.seen.items() if seen.hidden}
    assert len(hidden) == len(hidden_cells) and {place.by for place in hidden} == {"age@region:country"}
    found = attack(loot)
    assert {one.place for one in found} == hidden
    assert [one for one in found if one.width < LEAST] == []
    # Teeth: with the other hidden answer of that group at hand, the rare one is known nearly exactly.
    (rare,) = [place for place in hidden if place.answer == "5" and place.group.startswith("18")]
    (other,) = [place for place in hidden if place.answer != "5" and place.group == rare.group]
    same = (rare.topic, rare.by, rare.group)
    group = [seen for place, seen in loot.seen.items() if (place.topic, place.by, place.group) == same]
    left = 100 - sum((seen.low + seen.high) / 2 for seen in group if not seen.hidden)
    loot.seen[other].hidden = False
    loot.seen[other].narrow(left - 1.5, left - 0.5)
    (bare,) = [one for one in attack(loot) if one.place == rare]
    assert bare.width < LEAST / 2
