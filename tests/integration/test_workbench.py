"""The weighting workbench: offered repairs, two runs side by side, the official run, recipes as commands."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from sqlalchemy import func, select

from survey_app.db import db, transaction
from survey_app.problems import Problem
from survey_app.weighting import comparing, queries, recipe, repairs, services
from survey_app.weighting.models import WeightingRun
from tests.support.answered import answered_survey

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def nobody_young(place, given):
    if int(given["k2"]) > 1996:
        given["k2"] = "1990"


def test_a_category_nobody_has_is_mended_by_merging_it_with_one_click(app, sign_in):
    made = answered_survey(change=nobody_young)
    client = sign_in("nc")
    address = f"/surveys/{made.survey.public_id}/weighting"
    client.post(f"/surveys/{made.survey.public_id}/snapshots")
    page = client.get(address)
    text = page.get_data(as_text=True)
    assert page.status_code == 200 and "Gộp “18–29 tuổi” và “30–39 tuổi”" in text
    token = re.search(r'name="repair" value="(merge\|age\|18-29\|30-39)"', text).group(1)
    chosen = dict.fromkeys(re.findall(r'name="(margin-\d+)" checked', text), "on")
    form = {"household": "y", "cap": "6", "classes": "psu", "trim_upper": "5,00", **chosen}
    base = json.dumps(services.default_recipe(made.survey)[0])
    tried = client.post(address, data={**form, "base": base, "repair": token})
    text = tried.get_data(as_text=True)
    assert tried.status_code == 200 and "18–29 tuổi + 30–39 tuổi" in text
    assert db.session.scalar(select(func.count()).select_from(WeightingRun)) == 0
    with transaction():
        mended = repairs.repaired(services.default_recipe(made.survey)[0], repairs.read(token))
        run = services.run(made.survey, mended)
    ages = queries.weights(run).codes["age"]
    weight = queries.weights(run).weight
    assert weight[ages == 0].sum() / weight.sum() == pytest.approx(18500 / 41000, abs=1e-6)
    assert run.recipe["variables"]["age"]["categories"][0]["of"] == ["18-29", "30-39"]
    assert recipe.read(run.recipe).variables["age"].names[0] == "18-29+30-39"


def test_values_that_no_group_holds_may_count_as_missing(app):
    made = answered_survey(change=lambda place, given: given.update(k3="9") if place in (5, 9) else None)
    plan = services.default_recipe(made.survey)[0]
    with pytest.raises(Problem) as caught, transaction():
        services.run(made.survey, plan)
    (offer,) = repairs.offered(caught.value, plan)
    assert offer == repairs.Repair("missing", "education", ("9",))
    with transaction():
        run = services.run(made.survey, repairs.repaired(plan, repairs.read(offer.token)))
    assert run.diagnostics["missing"]["education"] == 2


@pytest.mark.parametrize("token", ["", "merge|age|x", "burn|age|a|b", "merge|nothing|a|b", "merge|age|a|b"])
def test_a_repair_that_makes_no_sense_is_refused(app, token):
    with pytest.raises(Problem):
        repairs.repaired(recipe.standard_plan(), repairs.read(token))


def test_two_runs_side_by_side(app, sign_in):
    made = answered_survey()
    with transaction():
        first = services.run(made.survey)
        plan = json.loads(json.dumps(first.recipe))
        plan["trim"]["upper"], plan["household"] = 2.0, None
        second = services.run(made.survey, plan)
    found = comparing.compare(first, second, queries.weights(first), queries.weights(second))
    assert ("trim.upper", "5", "2") in found.differences
    assert found.shared == first.n and 0 < found.correlation < 1 and found.ratio_low < 1 < found.ratio_high
    assert {step: b for step, _a, b in found.steps}["household"] is None
    same = comparing.compare(first, first, queries.weights(first), queries.weights(first))
    assert same.differences == () and same.correlation == pytest.approx(1)
    page = sign_in("nc").get(f"/surveys/{made.survey.public_id}/weighting/compare?a=1&b=2")
    assert page.status_code == 200 and "trim.upper" in page.get_data(as_text=True)


def test_one_run_is_named_official_and_tables_and_releases_take_it(app, sign_in):
    made = answered_survey()
    with transaction():
        services.run(made.survey)
        services.run(made.survey)
    assert queries.chosen(made.survey).number == 2 and queries.official(made.survey) is None
    client = sign_in("nc")
    page = client.post(f"/surveys/{made.survey.public_id}/weighting/1/official", follow_redirects=True)
    assert "chính thức" in page.get_data(as_text=True)
    assert queries.chosen(made.survey).number == 1
    release = client.get(f"/surveys/{made.survey.public_id}/release").get_data(as_text=True)
    assert '<option value="1" selected>' in release


def test_a_stored_recipe_runs_again_from_the_command_line(app, tmp_path, sign_in):
    made = answered_survey()
    with transaction():
        first = services.run(made.survey)
    file = tmp_path / "recipe.json"
    given = sign_in("nc").get(f"/surveys/{made.survey.public_id}/weighting/1/recipe.json")
    file.write_bytes(given.data)
    runner = app.test_cli_runner()
    tried = runner.invoke(args=["weigh", made.survey.public_id, str(file)])
    assert tried.exit_code == 0 and first.inputs_digest in tried.output
    assert queries.runs(made.survey)[0].number == 1
    kept = runner.invoke(args=["weigh", made.survey.public_id, str(file), "--keep"])
    assert kept.exit_code == 0 and "run 2" in kept.output
    db.session.expire_all()
    second = queries.run(made.survey, 2)
    assert np.array_equal(queries.weights(first).weight, queries.weights(second).weight)
    file.write_text("{", encoding="utf-8")
    assert runner.invoke(args=["weigh", made.survey.public_id, str(file)]).exit_code == 2
    assert runner.invoke(args=["weigh", "nowhere", str(file)]).exit_code == 2


def test_margins_are_shown_with_source_and_what_doesnt_fit_and_a_bad_file_is_told(app, sign_in):
    import io

    made = answered_survey()
    client = sign_in("nc")
    address = f"/surveys/{made.survey.public_id}/weighting/margins"
    file = services.MARGINS.read_bytes()
    page = client.post(address, data={"file": (io.BytesIO(file), "m.csv")}).get_data(as_text=True)
    assert "chồng lên nhau" in page or "không cộng thành 100" in page
    assert "riêng của khảo sát này" in page and "Khớp với khảo sát" in page
    assert "Biên này là của" in page or "địa bàn" in page or "VN" in page
    for bad in (b"", b"\xff\xfe\x00", b"a,b\n1,2\n"):
        assert client.post(address, data={"file": (io.BytesIO(bad), "m.csv")}).status_code == 400


def test_numbers_are_shown_and_read_with_a_decimal_comma(app, sign_in):
    made = answered_survey()
    client = sign_in("nc")
    address = f"/surveys/{made.survey.public_id}/weighting"
    client.post(f"/surveys/{made.survey.public_id}/snapshots")
    text = client.get(address).get_data(as_text=True)
    assert 'value="5,00"' in text and "5.00" not in text
    assert 'dl class="effect"' in text
    wrong = client.post(address, data={"classes": "psu", "trim_upper": "một", "do": "try"})
    assert wrong.status_code == 400
    tried = client.post(
        address, data={"classes": "psu", "trim_upper": "2,5", "do": "run"}, follow_redirects=True
    )
    assert tried.status_code == 200
    assert queries.run(made.survey, 1).recipe["trim"]["upper"] == 2.5
