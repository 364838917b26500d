"""The R script that goes with a release makes its figures again, where R and its package survey are installed."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import zipfile

import pytest

from survey_app.db import transaction
from survey_app.reporting import services
from survey_app.weighting import services as weighting
from tests.support.answered import answered_survey
from tests.support.regions import with_regions

SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def _has_r() -> bool:
    if shutil.which("Rscript") is None:
        return False
    return (
        subprocess.run(["Rscript", "-e", "library(survey)"], capture_output=True, check=False).returncode == 0
    )


def _bundle():
    made = answered_survey(households=40)
    with transaction():
        plan = with_regions(made.survey) | {"crossings": [["region", "sex"]]}
        release = services.release(made.survey, weighting.run(made.survey, plan), made.researcher)
        return zipfile.ZipFile(io.BytesIO(services.r_bundle(made.survey, release)))


@SQLITE
def test_the_data_names_nobody(app):
    folder = _bundle()
    data = folder.read("data.csv").decode()
    header = data.splitlines()[0].split(",")
    assert set(header) == {
        "stratum", "psu", "before", "margin_sex_x_age", "margin_residence", "margin_education",
        "by_sex", "by_age", "by_residence", "by_education", "by_region",
        "q_a2", "q_b1", "q_b3", "q_ballot_A", "q_ballot_B", "q_g6",
    }  # fmt: skip
    assert "Phường" not in data and not re.search(r"\bP\d+\b", data)


@SQLITE
def test_areas_and_groups_within_groups_are_among_what_r_makes_again(app):
    rows = list(csv.DictReader(io.StringIO(_bundle().read("released.csv").decode())))
    assert {row["group"] for row in rows if row["by"] == "region"} == {"town", "country"}
    inside = {(row["by"], row["within"], row["within_group"]) for row in rows if row["within"]}
    assert inside == {("sex", "region", "town"), ("sex", "region", "country")}


@SQLITE
def test_the_remaining_risk_is_measured_and_stated(app):
    told = _bundle().read("README.txt").decode()
    vietnamese, english = told.split("\n\n")
    counts = re.search(r"of (\d+) interviews (\d+) are alone", english)
    assert counts and 0 < int(counts[2]) <= int(counts[1])
    assert f"trong {counts[1]} phiếu, {counts[2]} phiếu là duy nhất" in vietnamese


@SQLITE
@pytest.mark.skipif(
    not _has_r(), reason="no R with package survey: apt-get install r-base-core r-cran-survey"
)
def test_r_makes_the_released_shares_again_to_the_printed_digit(app, tmp_path):
    _bundle().extractall(tmp_path)
    done = subprocess.run(
        ["Rscript", "tables.R"], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=True
    )
    same, whole = map(int, re.search(r"(\d+) of (\d+) released shares are the same", done.stdout).groups())
    assert same == whole > 150, done.stdout
