"""The screen on which a researcher puts areas together: what it keeps, what it refuses, where it leads."""

from __future__ import annotations

import pytest

from survey_app.db import transaction
from survey_app.reporting import services
from survey_app.sampling import queries as sampling
from survey_app.weighting import queries, views_areas
from survey_app.weighting import services as weighting
from tests.support.answered import answered_survey
from tests.support.regions import COUNTRY, TOWN

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

FORM = {
    "label-vi": "Vùng trong tỉnh",
    "label-en": "Part of the province",
    f"group-{TOWN}": "1",
    f"group-{COUNTRY}": "2",
    "vi-1": "Phía đông",
    "vi-2": "Phía tây",
    "en-2": "West",
    "near-2": "1",
    "column-1": "2",
    "row-1": "1",
    "column-2": "1",
    "row-2": "1",
}


def page_of(made):
    return f"/surveys/{made.survey.public_id}/weighting/areas"


def test_areas_put_together_become_a_break_of_a_new_run_with_the_same_weights(app, sign_in):
    made = answered_survey()
    client = sign_in("nc")
    with transaction():
        before = weighting.run(made.survey)
    assert client.get(page_of(made)).status_code == 200
    answer = client.post(page_of(made), data=FORM, follow_redirects=True)
    assert answer.status_code == 200 and "Đã chạy và lưu lần 2 với các vùng này" in answer.text
    after = queries.run(made.survey, 2)
    assert (queries.weights(after).weight == queries.weights(before).weight).all()
    assert after.recipe["variables"]["region"] == {
        "label": {"vi": "Vùng trong tỉnh", "en": "Part of the province"},
        "source": "area",
        "missing": "refuse",
        "categories": [
            {"name": "g1", "label": {"vi": "Phía đông", "en": "Phía đông"}, "values": [TOWN],
             "near": "", "at": [1, 0]},
            {"name": "g2", "label": {"vi": "Phía tây", "en": "West"}, "values": [COUNTRY],
             "near": "g1", "at": [0, 0]},
        ],
    }  # fmt: skip
    # The page shows again what was kept, and how each part stands.
    assert views_areas.posted(after.recipe["variables"]["region"]) == {
        **FORM,
        "en-1": "Phía đông",
        "near-1": "",
    }
    assert 'value="Phía tây"' in answer.text and "riêng" in answer.text
    by = services.make_tables(made.survey, after).cube.find_break("region")
    assert [tile.at for tile in by.tiles] == [(1, 0), (0, 0)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"label-vi": " "}, "cách chia chưa có tên"),
        ({"vi-2": ""}, "vùng 2 chưa có tên"),
        ({f"group-{COUNTRY}": ""}, "chưa chọn vùng cho Xã Mẫu"),
        ({"column-1": "x"}, "“x” không phải số nguyên"),
        ({"column-1": "9"}, "cột từ 1 đến 6"),
        ({"column-1": "1"}, "trùng vị trí"),
    ],
)
def test_what_cant_be_is_said_in_words_and_nothing_is_kept(app, sign_in, change, words):
    made = answered_survey()
    with transaction():
        weighting.run(made.survey)
    answer = sign_in("nc").post(page_of(made), data=FORM | change)
    assert answer.status_code == 422 and words in answer.text
    assert len(queries.runs(made.survey)) == 1
    assert 'value="Phía tây"' in answer.text or "vi-2" in change, "what was typed is still there"


def test_without_any_group_the_break_goes(app, sign_in):
    made = answered_survey()
    client = sign_in("nc")
    client.post(page_of(made), data=FORM)
    client.post(page_of(made), data={"label-vi": ""})
    newest, first = queries.runs(made.survey)
    assert "region" in first.recipe["variables"] and "region" not in newest.recipe["variables"]


def test_areas_of_the_frame_with_their_sampled_villages(app, sign_in):
    made = answered_survey()
    assert [(one.code, one.units) for one in sampling.areas(made.survey)] == [(TOWN, 12), (COUNTRY, 12)]
    assert sign_in("ld").get(page_of(made)).status_code == 403


def test_each_area_by_itself_needs_no_names(app):
    found = sampling.areas(answered_survey().survey)
    made = views_areas.variable_from({"each": "on", "label-vi": "Xã"}, found)
    assert [group["values"] for group in made["categories"]] == [[TOWN], [COUNTRY]]
    assert made["categories"][0]["label"]["vi"] == "Phường Thử"
