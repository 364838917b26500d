"""The researcher's tables on a real database: figures, gates, saved recipes, recodes, and bad input told clearly."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pytest

from analysis import Codes, list_experiment, proportion
from survey_app.accounts.models import Role
from survey_app.db import transaction
from survey_app.problems import Problem
from survey_app.tabulation import queries, recipes, recodes, services, tables
from survey_app.tabulation.recipes import Filter, TableRecipe
from survey_app.weighting import queries as weighting_queries
from survey_app.weighting import services as weighting
from tests.support.answered import answered_survey

ONCE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
pytestmark = ONCE


@pytest.fixture
def made(app):
    return answered_survey()


def space_of(made):
    with transaction():
        run = weighting.run(made.survey)
        services.open_answers(made.survey, run, made.researcher)
    return queries.opened(made.survey, run)


def cell(shown, row, head):
    place = [h.label.get("en") or h.label.get("vi") for h in shown.heads].index(head)
    return next(r for r in shown.rows if r.label.get("en") == row).cells[place]


def test_a_table_says_what_the_library_says(made):
    space = space_of(made)
    (shown,) = tables.make(TableRecipe(rows=("a2",), breaks=("sex",)), space)
    answers = np.array(space.answers["a2"].texts())
    good = Codes((answers == "1").astype(int), (0, 1), "a2")
    inside = ~np.isin(answers, ["98", "99", ""])
    sex = Codes(space.groupings["sex"], ("male", "female"), "sex")
    found = proportion(good, space.design.subset(inside), by=[sex])
    at = next(
        i for i, label in enumerate(found.labels) if label == {"variable": "a2", "level": 1, "sex": "female"}
    )
    told = cell(shown, "Much better", "Women")
    assert told.value == pytest.approx(found.estimate[at], abs=1e-12)
    assert (told.low, told.high) == pytest.approx((found.ci_low[at], found.ci_high[at]), abs=1e-9)
    assert shown.apart == int((~inside).sum()) and shown.heads[0].n == int(inside.sum())
    assert shown.heads[1].letter == "A" and shown.heads[2].letter == "B"


def test_missing_answers_are_shown_when_asked_for(made):
    space = space_of(made)
    (shown,) = tables.make(TableRecipe(rows=("a2",), missing="shown"), space)
    assert [row.label["en"] for row in shown.rows][-2:] == ["Don't know", "Refused"]
    assert sum(row.cells[0].value for row in shown.rows) == pytest.approx(1)
    assert shown.apart == 0


def test_a_filter_is_a_domain_and_drops_no_row(made):
    space = space_of(made)
    recipe = TableRecipe(rows=("a2",), filters=(Filter("residence", ("urban",)),))
    (shown,) = tables.make(recipe, space)
    (whole,) = tables.make(TableRecipe(rows=("a2",), breaks=("residence",)), space)
    within, column = shown.rows[0].cells[0], whole.rows[0].cells[1]
    assert (within.value, within.low, within.high) == pytest.approx((column.value, column.low, column.high))


def test_split_ballots_lists_and_numbers_are_tabulated_as_what_they_are(made):
    space = space_of(made)
    shown = tables.make(
        TableRecipe(rows=("ballot", "list_group", "b3", "a1"), breaks=("sex", "residence")), space
    )
    assert [(one.name, one.arm) for one in shown] == [
        ("ballot", "A"), ("ballot", "B"), ("list_group", ""), ("b3", ""), ("a1", ""),
    ]  # fmt: skip
    by_name = {one.name: one for one in shown}
    said = [space.answers[q].texts() for q in ("f3c", "f3t")]
    count = np.array([float(a or b or "nan") for a, b in zip(*said, strict=True)])
    count[count > 90] = np.nan
    longer = np.array([bool(b) for b in said[1]]).astype(int)
    found = list_experiment(
        np.nan_to_num(count, nan=0), longer, space.design.subset(np.isfinite(count)), items=4
    )
    estimate = by_name["list_group"].rows[0].cells[0]
    assert by_name["list_group"].rows[0].kind == "estimate"
    assert estimate.value == pytest.approx(found.prevalence.estimate[0], abs=1e-12)
    assert by_name["b3"].rows[0].kind == "mean" and 1 < by_name["b3"].rows[0].cells[0].value < 5
    assert by_name["b3"].apart > 0  # only those who had a procedure were asked
    assert "several-answers" in by_name["a1"].remarks
    assert len(by_name["list_group"].heads) == len(by_name["ballot"].heads) == 5


def test_sorting_nets_and_means(made):
    space = space_of(made)
    (shown,) = tables.make(TableRecipe(rows=("a2",), sort="share", nets=True, means=True), space)
    shares = [row.cells[0].value for row in shown.rows if row.kind == "level"]
    assert shares == sorted(shares, reverse=True)
    nets = {row.label["en"]: row.cells[0].value for row in shown.rows if row.kind == "net"}
    plain = {row.label["en"]: row.cells[0].value for row in shown.rows if row.kind == "level"}
    assert nets["Much better + A little better"] == pytest.approx(
        plain["Much better"] + plain["A little better"]
    )
    mean = next(row.cells[0].value for row in shown.rows if row.kind == "mean")
    codes = ["Much better", "A little better", "The same", "A little worse", "Much worse"]
    assert mean == pytest.approx(sum(plain[label] * (i + 1) for i, label in enumerate(codes)))


def test_row_and_total_percentages_add_up(made):
    space = space_of(made)
    (rows,) = tables.make(TableRecipe(rows=("a2",), breaks=("sex",), percent="row"), space)
    assert sum(c.value for c in rows.rows[0].cells[1:]) == pytest.approx(1)
    (total,) = tables.make(TableRecipe(rows=("a2",), breaks=("sex",), percent="total"), space)
    assert sum(c.value for row in total.rows for c in row.cells[1:]) == pytest.approx(1)


def test_two_breaks_together_and_several_answers_as_a_break(made):
    space = space_of(made)
    (shown,) = tables.make(TableRecipe(rows=("a2",), breaks=("sex*residence", "a1")), space)
    labels = [head.label.get("en") for head in shown.heads]
    assert labels[1] == "Men × Urban wards" and "Jobs" in labels and len(labels) == 1 + 4 + 4


@pytest.mark.parametrize(
    ("recipe", "code"),
    [
        (TableRecipe(rows=("nothing",)), "tabulation.unknown-variable"),
        (TableRecipe(rows=("a2",), breaks=("nothing",)), "tabulation.unknown-variable"),
        (TableRecipe(rows=("a2",), filters=(Filter("k1", ("7",)),)), "tabulation.unknown-value"),
        (TableRecipe(rows=("a2",), breaks=("b3",)), "tabulation.no-groups"),
        (TableRecipe(rows=("a2",), breaks=("a2*k3*k1*age*education",)), "tabulation.too-wide"),
        (
            TableRecipe(rows=("a2",), filters=(Filter("k1", ("1",)), Filter("sex", ("female",)))),
            "tabulation.nobody",
        ),
    ],
)
def test_what_cant_be_tabulated_is_told(made, recipe, code):
    space = space_of(made)
    with pytest.raises(Problem) as caught:
        tables.make(recipe, space)
    assert caught.value.code == code


def test_a_recode_that_leaves_values_out_is_told_and_kept_only_when_it_says_so(made):
    space = space_of(made)
    run = weighting_queries.runs(made.survey)[0]
    groups = (recodes.Group("Tốt", ("1", "2")), recodes.Group("Kém", ("4", "5")))
    short = recodes.Recode("tot_kem", "Tốt hay kém", "a2", groups)
    with pytest.raises(Problem) as caught, transaction():
        services.save_recode(made.survey, run, short, made.researcher)
    assert caught.value.code == "tabulation.recode-leaves-out"
    assert re.fullmatch(r"3 \(\d+\)", caught.value.params["values"])
    assert queries.saved_recodes(made.survey) == []
    with transaction():
        full = recodes.Recode("tot_kem", "Tốt hay kém", "a2", groups, rest_missing=True)
        services.save_recode(made.survey, run, full, made.researcher)
        ages = recodes.Recode("tuoi", "Năm sinh", "k2", recodes.bands("-1969; 1970-1989; 1990-"))
        services.save_recode(made.survey, run, ages, made.researcher)
    space = queries.opened(made.survey, run)
    first, second = tables.make(TableRecipe(rows=("tot_kem", "b1"), breaks=("tuoi",)), space)
    assert [row.label["vi"] for row in first.rows] == ["Tốt", "Kém"] and len(second.heads) == 4
    assert space.told["tot_kem"]["3"] > 0
    with pytest.raises(Problem) as caught, transaction():
        services.save_recode(made.survey, run, full, made.researcher)
    assert caught.value.code == "tabulation.name-taken"


@pytest.mark.parametrize("text", ["18-", "18-29; 25-40", "40-18", "tuổi", "-"])
def test_bands_that_overlap_or_make_no_sense_are_refused(made, text):
    if text == "18-":
        assert recodes.bands(text)[0].low == 18
        return
    with pytest.raises(Problem) as caught:
        recodes.from_json("x", recodes.Recode("x", "X", "k2", recodes.bands(text)).to_json())
    assert caught.value.code == "tabulation.bad-band"


def test_answers_are_hidden_until_the_weights_are_fixed_and_a_later_run_says_so(made, sign_in):
    address = f"/surveys/{made.survey.public_id}/tables"
    client = sign_in("nc")
    with transaction():
        first = weighting.run(made.survey)
    page = client.get(address + "?q=a2").get_data(as_text=True)
    assert "Cố định quyền số" in page and "Tốt lên nhiều" not in page
    assert client.get(address + ".csv?q=a2").status_code == 409
    assert first.diagnostics["after_outcomes"] is False
    client.post(address + "/open", data={"run": "1"})
    assert "Tốt lên nhiều" in client.get(address + "?q=a2").get_data(as_text=True)
    with transaction():
        assert weighting.run(made.survey).diagnostics["after_outcomes"] is True


def test_the_page_the_fragment_the_file_and_saved_tables(made, sign_in, person):
    space_of(made)
    address = f"/surveys/{made.survey.public_id}/tables"
    client = sign_in("nc")
    page = client.get(address).get_data(as_text=True)
    assert "Vấn đề nào quan trọng?" in page and "Giới tính" in page
    part = client.get(address + "?q=a2&by=sex&part=tables")
    text = part.get_data(as_text=True)
    assert part.status_code == 200 and "<form" not in text and text.count('<th scope="colgroup"') == 2
    assert "100 %" not in text.replace("95 %", "") or "%%" not in text
    assert "%%" not in page
    rows = list(
        csv.DictReader(io.StringIO(client.get(address + ".csv?q=a2&by=sex").get_data(as_text=True)[1:]))
    )
    assert {row["break"] for row in rows} == {"", "sex"} and len(rows) == 5 * 3
    assert client.get(address + "?q=nothing&part=tables").status_code == 404
    saved = client.post(address, data={"name": "Đời sống", "address": address + "?q=a2&by=sex&sort=share"})
    assert saved.status_code == 302 and "sort=share" in saved.location
    assert "Đời sống" in client.get(address).get_data(as_text=True)
    (kept,) = queries.saved(made.survey)
    assert recipes.from_json(kept.recipe) == TableRecipe(rows=("a2",), breaks=("sex",), sort="share")
    client.post(f"{address}/saved/{kept.id}", data={"do": "pin"})
    assert "★" in client.get(address).get_data(as_text=True)
    assert client.post(address, data={"name": " ", "address": "?q=a2"}).status_code == 400
    groups = client.get(address + "/recodes?of=a2").get_data(as_text=True)
    assert "Tốt lên nhiều" in groups
    told = client.post(address + "/recodes", data={"of": "a2", "label": "Nhóm", "group-1": "Tốt"})
    assert told.status_code == 409 and "để sót các giá trị" in told.get_data(as_text=True)
    client.post(f"{address}/saved/{kept.id}", data={"do": "delete"})
    assert queries.saved(made.survey) == []
    person("khac", Role.RESEARCHER)
    assert sign_in("khac").get(address).status_code == 404
    assert sign_in("ld").get(address).status_code == 403


def test_the_next_wave_repeats_the_tables_by_recipe(made):
    space_of(made)
    from survey_app.surveys import services as surveys

    with transaction():
        run = weighting_queries.runs(made.survey)[0]
        groups = (recodes.Group("Có", ("1",)), recodes.Group("Không", ("2",)))
        services.save_recode(
            made.survey, run, recodes.Recode("co", "Có hay không", "b1", groups), made.researcher
        )
        services.save_table(
            made.survey, "Một", TableRecipe(rows=("a2", "co"), breaks=("sex",)), made.researcher
        )
        later = surveys.create({"vi": "Đợt 2"}, by=made.researcher, previous=made.survey)
        assert services.repeat_tables(later, made.researcher) == 1
        assert services.repeat_tables(later, made.researcher) == 0
    assert [table.name for table in queries.saved(later)] == ["Một"]
    assert [row.name for row in queries.saved_recodes(later)] == ["co"]
    with pytest.raises(Problem) as caught, transaction():
        services.delete_recode(later, "co", made.researcher)
    assert caught.value.code == "tabulation.recode-used"


def test_a_recipe_survives_its_address_and_its_json(app):
    from urllib.parse import urlencode

    from survey_app.tabulation.views import _query

    recipe = TableRecipe(
        rows=("a2", "a1"), breaks=("sex", "sex*age"), filters=(Filter("k1", ("1", "2")),), percent="row",
        missing="shown", letters="bh", sort="share", intervals=False, nets=True, means=True,
    )  # fmt: skip
    assert recipes.from_query(_query("/x?" + urlencode(recipe.to_query()))) == recipe
    assert recipes.from_json(recipe.to_json()) == recipe
    with pytest.raises(Problem):
        recipes.from_json({**recipe.to_json(), "percent": "diagonal"})
