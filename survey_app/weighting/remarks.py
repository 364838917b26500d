"""Sentences for what a run remarks on, and names of its steps. Library remarks come from the library's catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analysis import sentence
from survey_app.weighting.repairs import MERGE, MISSING, Repair
from survey_app.wording import language, text_of

REMARKS: dict[str, Any] = {
    "weighting.donors": _l(
        "“%(variable)s” is not known in %(count)s interviews; each took the group of another one of its stratum,"
        " drawn by the recipe's seed."
    ),
    "weighting.adults-missing": _l(
        "The number of adults is missing in %(count)s interviews; the mean of their stratum stands in."
    ),
    "weighting.classes-merged": _l(
        "%(count)s primary units had too few answers to stand alone and were joined with others of their stratum."
    ),
    "weighting.left-out": _l(
        "“%(name)s” of the standard plan was left out: it is not asked, or no fitting margin was imported."
    ),
}
STEPS: dict[str, Any] = {
    "base": _l("Design: chance of being drawn"),
    "household": _l("Adults in the household"),
    "nonresponse": _l("Non-response"),
    "calibration": _l("Raking to the population"),
    "trim": _l("Trimming"),
}
MISMATCHES: dict[str, Any] = {
    "universe": _l("It counts “%(margin)s”; the survey asks “%(survey)s”."),
    "area": _l("It is of area %(margin)s; the survey is of %(survey)s."),
    "definition": _l("Its urban and rural are those of the map %(margin)s, the survey's of %(survey)s."),
}


LEFT_OUT: dict[str, Any] = {
    "one-cell": _l("fewer than two categories"),
    "overlapping": _l("categories that overlap"),
    "not-closed": _l("shares that do not add up to 100"),
    "no-figures": _l("no figures"),
}


def repair(found: Repair, words: Mapping[str, Any]) -> str:
    """An offered repair as a button says it. words: labels of variables and their categories."""
    variable = text_of(words["variable_labels"].get(found.variable, {})) or found.variable
    labels = words["category_labels"].get(found.variable, {})
    names = [text_of(labels.get(name, {})) or name for name in found.names]
    if found.kind == MERGE:
        return _(
            "Put “%(one)s” and “%(other)s” of “%(variable)s” together",
            one=names[0],
            other=names[1],
            variable=variable,
        )
    if found.kind == MISSING:
        return _(
            "Count %(values)s of “%(variable)s” as missing", values=", ".join(found.names), variable=variable
        )
    return _("Leave the margin “%(name)s” out", name=found.names[0])


def remark(warning: Mapping[str, Any], labels: Mapping[str, Any] | None = None) -> str:
    """One warning of a report as a sentence in the reader's language. labels: {variable: {language: label}}."""
    code, params = warning["code"], dict(warning["params"])
    if params.get("variable") in (labels or {}):
        params["variable"] = text_of((labels or {})[params["variable"]]) or params["variable"]
    if code in REMARKS:
        return str(REMARKS[code]) % params
    return sentence(code, params, language())


def mismatch(found: Mapping[str, str]) -> str:
    return str(MISMATCHES[found["kind"]]) % found
