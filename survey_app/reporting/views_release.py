"""The researcher's page of a release: propose, let a second person approve, release."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from analysis import sentence
from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.authoring import plans
from survey_app.db import transactional
from survey_app.problems import Problem
from survey_app.reporting import deviations, proposals, queries, services
from survey_app.reporting.blueprint import bp
from survey_app.reporting.models import LEADERS, PUBLIC, ReleaseProposal
from survey_app.reporting.statement import EDITS
from survey_app.surveys import method_facts, steps
from survey_app.surveys import queries as surveys
from survey_app.surveys.models import Survey
from survey_app.weighting import areas
from survey_app.weighting import queries as weighting
from survey_app.wording import day, language, nfc, percent

# How many crossings the form offers.
CROSSING_ROWS = 3


def _look(survey: Survey) -> tuple[bool, str]:
    released = queries.releases(survey)
    if released:
        return True, _("Release %(n)s of %(day)s.", n=released[0].number, day=day(released[0].released_at))
    proposal = queries.proposal(survey)
    if proposal and proposal.state in ("waiting", "running"):
        return False, _("Being audited: %(part)s.", part=percent(proposal.progress))
    if proposal and proposal.state == "proposed" and not proposal.approved_by:
        return False, _("Proposed; waits for a second person.")
    return False, _("Nothing released yet.")


plans.add("reporting", deviations.planned)
steps.add(steps.Step(50, _l("Release"), "reporting.release", _look, after_close=True))


@bp.get("/surveys/<survey_id>/release")
@require_role(Role.RESEARCHER)
def release(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    proposal = queries.proposal(survey)
    told: dict[str, Any] = proposal.found if proposal else {}
    edits: dict[str, list[str]] = {}
    for edit in told.get("edits", ()):
        edits.setdefault(edit["kind"], []).extend(edit["tables"])
    runs = weighting.runs(survey)
    failed = proposal.problem if proposal and proposal.state == "failed" else None
    page = render_template(
        "reporting/release.html",
        survey=survey,
        runs=runs,
        chosen=weighting.chosen(survey),
        proposal=proposal,
        run_numbers={run.id: run.number for run in runs},
        stage=_stage(proposal) if proposal else "",
        failed=Problem(failed["code"], **failed["params"]).message if failed else "",
        edits=edits,
        edit_names=EDITS,
        found=[(sentence_of(code), n) for code, n in told.get("rules", {}).items()],
        departures=len(told.get("deviations", ())),
        releases=queries.releases(survey),
        lacking=method_facts.missing(survey),
        topics=services.topics_of(survey) if runs else (),
        crossings=_crossings(survey) if runs else (),
        area_rule=areas.rule(),
        area_why=areas.WHY,
        areas=services.areas_of(weighting.chosen(survey) or runs[0]) if runs else (),
        own=proposal is not None and proposal.asked_by == current_user.id,
    )
    answer = Response(page)
    if proposal is not None and proposal.state in ("waiting", "running"):
        # The page looks again by itself, also where scripts are off.
        answer.headers["Refresh"] = "2"
    return answer


def _crossings(survey: Survey) -> list[tuple[str, str]]:
    """The rows of the form: the crossings planned with the recipe, then empty ones."""
    found = [(str(within), str(by)) for within, by in weighting.chosen_recipe(survey).get("crossings", ())]
    return [*found[:CROSSING_ROWS], *[("", "")] * max(0, CROSSING_ROWS - len(found))]


def _stage(proposal: ReleaseProposal) -> str:
    """What an audit is doing, in words with counts."""
    doing = proposal.doing
    if proposal.state == "waiting" or not doing:
        return _("It begins in a moment.")
    if doing.get("what") == "draft":
        return _("Tabulating: question %(done)s of %(whole)s.", done=doing["done"], whole=doing["whole"])
    if proposal.progress < services.TABULATING + (1 - services.TABULATING) * 0.6:
        return _("Judging every figure, and repairing what is too thin.")
    if proposal.progress < services.TABULATING + (1 - services.TABULATING) * 0.7:
        return _("Looking for groups that differ by a few people, also against earlier releases.")
    return _("Working out what could be learned of what is hidden.")


@bp.post("/surveys/<survey_id>/release/propose")
@require_role(Role.RESEARCHER)
@transactional
def propose(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    run = weighting.run(survey, request.form.get("run", default=0, type=int))
    terms = services.Terms(
        PUBLIC if request.form.get("audience") == PUBLIC else LEADERS,
        {
            language_: text
            for language_ in ("vi", "en")
            if (text := nfc(request.form.get(f"reason_{language_}", "")))
        },
    )
    asked, breaks = set(request.form.getlist("topic")), set(request.form.getlist("break"))
    choice: dict[str, Any] = {}
    if "chosen" in request.form:
        choice["topics"] = [spec.name for spec in services.topics_of(survey) if spec.name not in asked]
        choice["breaks"] = [name for name in run.recipe["variables"] if name not in breaks]
        pairs = [
            (request.form.get(f"within-{place}", ""), request.form.get(f"by-{place}", ""))
            for place in range(CROSSING_ROWS)
        ]
        choice["crossings"] = [list(pair) for pair in pairs if all(pair)]
    proposals.ask(survey, run, current_user, terms, choice)
    flash(_("The audit has been asked for. You can leave this page and come back."), "good")
    return redirect(url_for(".release", survey_id=survey_id))


@bp.post("/surveys/<survey_id>/release/approve")
@require_role(Role.RESEARCHER)
@transactional
def approve(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    proposals.approve(survey, request.form.get("digest", ""), current_user)
    flash(_("Approved. The tables can be released."), "good")
    return redirect(url_for(".release", survey_id=survey_id))


@bp.post("/surveys/<survey_id>/release")
@require_role(Role.RESEARCHER)
@transactional
def publish(survey_id: str) -> Any:
    survey = surveys.survey(survey_id, member=current_user)
    made = proposals.publish(survey, current_user)
    flash(_("Release %(n)s can now be read by the leaders of this area.", n=made.number), "good")
    return redirect(url_for("reporting.story", survey_id=survey_id))


@bp.get("/surveys/<survey_id>/release/<int:number>/r.zip")
@require_role(Role.RESEARCHER)
@transactional
def r_bundle(survey_id: str, number: int) -> Response:
    """Answers without names, for this survey's researchers only; leaders and the public get released tables."""
    survey = surveys.survey(survey_id, member=current_user)
    found = queries.release(survey_id, current_user, number)
    response = Response(services.r_bundle(survey, found), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="bang-{survey_id}-{number}-R.zip"'
    return response


def sentence_of(code: str) -> str:
    """What a rule of the audit is about, without the figures of one cell."""
    short = {
        "disclosure.base": _("fewer than 30 people answered"),
        "disclosure.effective-base": _("the effective number of answers is below 30"),
        "disclosure.df": _("too few neighbourhoods"),
        "disclosure.width": _("interval wider than 30 points"),
        "disclosure.extreme": _("a share that would show 0 or 100%"),
        "disclosure.count": _("fewer than 3 people gave the answer"),
        "disclosure.differencing": _("two groups that differ by fewer than 30 people"),
        "disclosure.hidden-range": _("a hidden share could be worked out"),
    }
    return short.get(code) or sentence(code, {}, language())
