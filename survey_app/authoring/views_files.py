"""What an author takes away or looks at, of the draft or of any version: workbook, XForm, paper, codebook, preview."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from questionnaires import PRINT_STYLE, PdfUnavailable, codebook_csv, paper, paper_pdf, to_xform
from survey_app.accounts.access import require_role
from survey_app.accounts.models import Role
from survey_app.authoring import queries
from survey_app.authoring.preview import preview, telling_seed
from survey_app.problems import Problem
from survey_app.surveys import queries as surveys
from survey_app.wording import language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _edition(survey_id: str, which: str) -> queries.Edition:
    return queries.edition(surveys.survey(survey_id, member=current_user), which)


def _file(content: bytes, edition: queries.Edition, ending: str, kind: str) -> Response:
    name = f"{PurePath(edition.filename).stem}{edition.suffix}{ending}"
    return send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)


def register(bp: Blueprint) -> None:
    """Add the routes. `which`: `draft` or a version's number."""

    @bp.get("/<which>/workbook")
    @require_role(Role.RESEARCHER)
    def workbook(survey_id: str, which: str) -> Response:
        edition = _edition(survey_id, which)
        ending = PurePath(edition.filename).suffix or ".xlsx"
        return _file(
            edition.workbook, edition, ending, XLSX if ending == ".xlsx" else "application/octet-stream"
        )

    @bp.get("/<which>/xform")
    @require_role(Role.RESEARCHER)
    def xform(survey_id: str, which: str) -> Response:
        edition = _edition(survey_id, which)
        try:
            text = to_xform(edition.workbook, edition.filename)
        except ValueError as error:
            raise Problem("authoring.no-xform") from error
        return _file(text.encode(), edition, ".xml", "application/xml")

    @bp.get("/<which>/codebook")
    @require_role(Role.RESEARCHER)
    def codebook(survey_id: str, which: str) -> Response:
        edition = _edition(survey_id, which)
        return _file(codebook_csv(edition.contract), edition, "_codebook.csv", "text/csv")

    @bp.get("/print.css")
    @require_role(Role.RESEARCHER)
    def print_style(survey_id: str) -> Response:
        return Response(PRINT_STYLE.read_text(encoding="utf-8"), mimetype="text/css")

    @bp.get("/<which>/paper")
    @require_role(Role.RESEARCHER)
    def on_paper(survey_id: str, which: str) -> Response:
        edition = _edition(survey_id, which)
        style = url_for(".print_style", survey_id=survey_id)
        return Response(paper(edition.contract, edition.speak(language()), style), mimetype="text/html")

    @bp.get("/<which>/pdf")
    @require_role(Role.RESEARCHER)
    def as_pdf(survey_id: str, which: str) -> Any:
        edition = _edition(survey_id, which)
        try:
            content = paper_pdf(edition.contract, edition.speak(language()))
        except PdfUnavailable:
            flash(
                _(
                    "This server can't make PDF files yet. Open “On paper” and print it to a PDF from the browser, "
                    "or ask the administrator to install: %(packages)s.",
                    packages="libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0",
                )
            )
            return redirect(url_for(".show", survey_id=survey_id))
        return _file(content, edition, ".pdf", "application/pdf")

    @bp.get("/<which>/preview")
    @require_role(Role.RESEARCHER)
    def walk_through(survey_id: str, which: str) -> str:
        survey = surveys.survey(survey_id, member=current_user)
        edition = queries.edition(survey, which)
        seed = request.args.get("seed", 0, int) or telling_seed(edition.contract)
        return render_template(
            "authoring/preview.html",
            survey=survey,
            which=which,
            edition=edition,
            seed=seed,
            path=preview(edition.contract, seed, language()),
        )
