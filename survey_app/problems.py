"""Problems stop a request. Every code, its HTTP status and its sentence stand here and nowhere else.

A sentence says what happened, where, and what to do. `raise Problem("collection.unknown-survey", ...)`
becomes a page for people and JSON `{"code", "message", "params"}` for programs.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

PROBLEMS: dict[str, tuple[int, Any]] = {
    "request.not-found": (
        404,
        _l("There is nothing at this address, or you may not see it. Go back to the first page."),
    ),
    "request.forbidden": (403, _l("Your role can't do this. Ask the administrator if you need it.")),
    "request.method": (405, _l("This address can't be used in this way. Go back and try again.")),
    "request.csrf": (400, _l("The form was open too long. Go back, reload the page and send it again.")),
    "request.too-large": (
        413,
        _l(
            "The file is larger than %(limit)s MB, the most that is accepted. Make it smaller and send it again."
        ),
    ),
    "request.malformed": (400, _l("The request can't be read: %(reason)s.")),
    "request.server": (
        500,
        _l("Something went wrong on our side. Nothing that you had saved is lost. Try again in a minute."),
    ),
    "accounts.sign-in": (401, _l("The name or the password is not right. Check both and try again.")),
    "accounts.throttled": (429, _l("Too many failed attempts. Wait %(minutes)s minutes and try again.")),
    "accounts.sign-in-needed": (401, _l("Sign in first.")),
    "accounts.name-taken": (409, _l("The sign-in name %(name)s is already in use. Choose another.")),
    "accounts.weak-password": (400, _l("A password has at least %(length)s characters.")),
    "accounts.enrol-unknown": (
        404,
        _l("This code is not right, was already used or is out of date. Ask your supervisor for a new one."),
    ),
    "accounts.device-revoked": (
        403,
        _l(
            "This phone was shut out by the administrator. Finished interviews on it stay sealed; bring the phone to your supervisor, who can save them."
        ),
    ),
    "areas.bad-file": (
        400,
        _l("The area file can't be read at line %(line)s: %(reason)s. Nothing was imported."),
    ),
    "surveys.wrong-state": (409, _l("The survey is “%(state)s”; this step needs “%(needed)s”.")),
    "surveys.own-membership": (
        409,
        _l("You can't take yourself out of the survey. Ask another researcher of the survey."),
    ),
    "surveys.not-ready": (409, _l("Collection can't open yet: “%(step)s” is not done.")),
    "surveys.key-destroyed": (
        410,
        _l("This survey is locked: what joined answers to cases was destroyed and can't be restored."),
    ),
    "collection.unread": (
        409,
        _l("%(count)s interviews have not been read yet. Wait a minute and lock the survey then."),
    ),
    "authoring.has-errors": (
        409,
        _l("The questionnaire has %(count)s errors. Mend them in the workbook and import it again."),
    ),
    "authoring.errors-first": (
        409,
        _l(
            "The draft still has errors. Mend them in the workbook and import it again; then this can be made."
        ),
    ),
    "authoring.reason-needed": (400, _l("Write a reason of at least %(least)s letters.")),
    "authoring.no-finding": (
        404,
        _l("This finding is no longer in the draft, or can't be dismissed. Reload the page."),
    ),
    "authoring.no-xform": (
        409,
        _l(
            "No XForm can be made of this workbook: the XLSForm converter refuses it. Import it again to see where."
        ),
    ),
    "authoring.no-draft": (409, _l("There is no draft to publish. Import a workbook first.")),
    "authoring.no-file": (400, _l("Choose an XLSForm workbook (.xlsx or .xls) first.")),
    "sampling.no-frame": (409, _l("This survey has no sampling frame. Import one first.")),
    "sampling.already-drawn": (
        409,
        _l("The sample of this survey was already drawn; a draw is never changed."),
    ),
    "sampling.bad-frame": (
        400,
        _l("The frame can't be read at line %(line)s: %(reason)s. Nothing was imported."),
    ),
    "sampling.design": (400, _l("The sample can't be drawn: %(reason)s")),
    "sampling.note-personal": (
        400,
        _l(
            "The visit was recorded without its note: take out what could tell a person (%(found)s) and write what the supervisor needs to know."
        ),
    ),
    "sampling.note-too-long": (
        400,
        _l("The visit was recorded without its note: a note has at most %(limit)s characters."),
    ),
    "sampling.same-person": (400, _l("Choose two different collaborators: whose cases, and to whom.")),
    "demo.half-loaded": (
        409,
        _l(
            "An earlier load of the demonstration was broken off. Begin again with: make demo-reset, then make demo"
        ),
    ),
    "demo.not-simulated": (409, _l("Simulated fieldwork runs only in a survey that is marked as simulated.")),
    "collection.unknown-link": (
        404,
        _l("This link is not valid. Check it against the letter, or ask the person who gave it to you."),
    ),
    "collection.link-used": (409, _l("This link has already been used to send answers. Thank you.")),
    "collection.closed": (409, _l("This survey is not collecting answers now.")),
    "collection.malformed": (400, _l("The interview can't be read: %(reason)s.")),
    "collection.missing-field": (400, _l("The interview lacks “%(field)s”.")),
    "collection.unknown-survey": (
        404,
        _l("The server knows no survey “%(survey)s”. The interview was kept; tell your supervisor."),
    ),
    "collection.unknown-version": (
        409,
        _l(
            "The server never published version %(version)s of this survey. The interview was kept; tell your supervisor."
        ),
    ),
    "collection.unknown-case": (
        409,
        _l("The case of this interview is not one of yours. The interview was kept; tell your supervisor."),
    ),
    "collection.instance-conflict": (
        409,
        _l(
            "An interview with this number and other content is already here. Both were kept; tell your supervisor."
        ),
    ),
    "collection.hash-mismatch": (
        400,
        _l("The interview was damaged on its way. It is still on the phone and will be sent again."),
    ),
    "collection.note-personal": (
        400,
        _l(
            "Nothing was sent back: take out of the note what could tell a person (%(found)s). The collaborator knows the household."
        ),
    ),
    "collection.nothing-asked": (
        400,
        _l("Nothing was sent back: choose at least one question to ask again."),
    ),
    "collection.draft-not-released": (
        409,
        _l("This paused interview is sealed. Ask your supervisor to release it, then send and update again."),
    ),
    "collection.draft-unreadable": (
        409,
        _l(
            "This paused interview can't be opened any more. It was kept; tell your supervisor and begin again."
        ),
    ),
    "collection.media-not-asked": (
        409,
        _l("This survey takes no photos or recordings: it is anonymous, or its questionnaire asks for none."),
    ),
    "collection.media-too-large": (
        413,
        _l("The photo or recording is larger than %(limit)s MB. Make a shorter or a smaller one."),
    ),
    "collection.chunk-too-large": (413, _l("A piece of a file holds at most %(limit)s KB.")),
    "collection.media-unreadable": (
        409,
        _l(
            "This file can't be opened: it was changed, or sealed for another interview. It is kept as it came."
        ),
    ),
    "collection.too-large": (
        413,
        _l("The interview is larger than %(limit)s KB. It was kept; tell your supervisor."),
    ),
    "collection.batch-too-large": (
        413,
        _l("A batch holds at most %(limit)s interviews. Send the rest in another."),
    ),
    "snapshots.none": (
        409,
        _l("There is no snapshot of the interviews yet. Take one on the survey's page first."),
    ),
    "snapshots.missing": (
        409,
        _l(
            "A file of snapshot %(number)s is gone. Open the snapshots page: it is made again from the database."
        ),
    ),
    "snapshots.changed": (
        409,
        _l(
            "A file of this snapshot is gone, and its interviews were read again since, so it can't be made as it was. Take a new snapshot."
        ),
    ),
    "snapshots.unknown-interview": (
        404,
        _l(
            "This survey has no interview with the number “%(number)s”. Copy the number from the list of interviews."
        ),
    ),
    "weighting.bad-margins": (
        400,
        _l("The margin file can't be used at line %(line)s: %(reason)s. Nothing was imported."),
    ),
    "weighting.mismatch": (
        409,
        _l(
            "These margins don't fit the survey: %(reasons)s. Accept each by name with a reason, or choose others."
        ),
    ),
    "weighting.impossible": (409, _l("The weights can't be computed: %(reason)s")),
    "weighting.bad-recipe": (
        400,
        _l(
            "The weighting recipe can't be used: its part “%(part)s” is not right (%(detail)s). Correct it and run again."
        ),
    ),
    "weighting.recode-incomplete": (
        409,
        _l(
            "The grouping “%(variable)s” leaves out these values (with the number of interviews): %(values)s. Put each into a group or declare it missing."
        ),
    ),
    "weighting.bad-areas": (
        422,
        _l("The areas can’t be put together like this: %(reason)s. Nothing was changed."),
    ),
    "weighting.unknown-area": (
        422,
        _l(
            "No area has the code %(codes)s, which the break %(name)s uses. Correct the code, or import the areas"
            " that are valid now."
        ),
    ),
    "weighting.recode-missing": (
        409,
        _l("The variable “%(variable)s” is missing in %(count)s interviews, and the recipe allows none."),
    ),
    "weighting.no-margin": (
        409,
        _l(
            "The recipe rakes to “%(name)s”, but no such margin has been imported. Import it or take it out of the recipe."
        ),
    ),
    "weighting.unknown-category": (
        409,
        _l(
            "The margin “%(name)s” and the recipe name different categories: %(categories)s. Make them the same."
        ),
    ),
    "weighting.empty-category": (
        409,
        _l(
            "Nobody in the sample is in “%(category)s” of the margin “%(name)s”. Merge it with a neighbouring category and run again."
        ),
    ),
    "weighting.no-interviews": (409, _l("There are no accepted interviews to weight yet.")),
    "tabulation.hidden": (
        409,
        _l("Answers stay hidden until a weighting run is made and its recipe fixed. Do that first."),
    ),
    "tabulation.unknown-variable": (
        404,
        _l("There is nothing called “%(name)s” to tabulate in this survey. Choose from the list."),
    ),
    "tabulation.unknown-value": (400, _l("“%(name)s” has no answer “%(value)s”. Choose from its answers.")),
    "tabulation.no-groups": (
        400,
        _l("“%(name)s” can't divide people into groups as it is. Make groups of it first, then use these."),
    ),
    "tabulation.nobody": (
        400,
        _l("The filter leaves nobody, so there is nothing to estimate. Take a condition out."),
    ),
    "tabulation.too-wide": (
        400,
        _l(
            "The table would have %(columns)s columns; at most %(most)s are shown. Choose fewer breaks or group them."
        ),
    ),
    "tabulation.too-many-rows": (400, _l("%(rows)s questions were chosen; at most %(most)s go on one page.")),
    "tabulation.too-many-breaks": (
        400,
        _l("%(breaks)s breaks were chosen; at most %(most)s go on one page."),
    ),
    "tabulation.bad-recipe": (400, _l("This isn't a table that can be made: %(reason)s. Choose it again.")),
    "tabulation.impossible": (400, _l("The table can't be estimated: %(reason)s")),
    "tabulation.experiment": (
        409,
        _l("The experiment “%(name)s” doesn't declare the probabilities that its estimate needs."),
    ),
    "tabulation.bad-recode": (
        400,
        _l(
            "The grouping “%(name)s” can't be used (%(reason)s). Each group needs its own name, each answer one group."
        ),
    ),
    "tabulation.bad-band": (
        400,
        _l("The band “%(band)s” can't be used. Write bands as 18-29; 30-44; 60- and let none overlap."),
    ),
    "tabulation.recode-leaves-out": (
        409,
        _l(
            "The grouping “%(name)s” leaves out these values (with the number of interviews): %(values)s. Put each into a group, or say that they count as missing."
        ),
    ),
    "tabulation.recode-used": (
        409,
        _l("“%(name)s” is used by saved tables: %(tables)s. Delete these first."),
    ),
    "tabulation.name-taken": (409, _l("The name “%(name)s” is already in use. Choose another.")),
    "tabulation.no-name": (400, _l("Give the table a name to save it.")),
    "tabulation.no-rows": (400, _l("Choose at least one question before saving.")),
    "tabulation.too-many-saved": (409, _l("At most %(most)s tables are kept. Delete some first.")),
    "reporting.not-closed": (409, _l("Results are released only after collection is closed.")),
    "reporting.interviews-changed": (
        409,
        _l(
            "An interview of this weighting run is no longer among the accepted ones. Run the weighting again."
        ),
    ),
    "reporting.nothing-chosen": (400, _l("Every question was left out. Choose at least one to release.")),
    "reporting.no-run": (409, _l("There is no weighting run yet. Make one first.")),
    "reporting.audit-failed": (
        409,
        _l(
            "These tables together with an earlier release would tell about small groups. Nothing was released; take out the breaks or questions that changed."
        ),
    ),
    "reporting.no-reason": (
        400,
        _l(
            "Release %(number)s is already out, so a further one corrects it. Say why, as readers will read it."
        ),
    ),
    "reporting.method-missing": (
        409,
        _l(
            "The method statement still lacks: %(facts)s. Fill in the survey's page “Facts of method”, then try again."
        ),
    ),
    "reporting.second-person": (
        403,
        _l("Whoever proposed a release can't approve it. Ask another researcher of this survey."),
    ),
    "reporting.not-approved": (
        409,
        _l("There is no approved proposal. Propose the release, then let another researcher approve it."),
    ),
    "reporting.changed": (
        409,
        _l("The tables are no longer those that were approved. Propose the release again."),
    ),
    "reporting.bad-crossing": (
        422,
        _l(
            "“%(by)s” can’t be told within the groups of “%(within)s”. Choose two different breaks of this run."
        ),
    ),
    "reporting.too-many-crossings": (
        422,
        _l(
            "These crossings would add %(count)s tables; at most %(most)s can be audited together. Choose fewer"
            " crossings, or leave questions out."
        ),
    ),
    "reporting.unknown-part": (
        404,
        _l("This release has no group “%(name)s” to look at by itself. Choose one of those offered."),
    ),
    "reporting.unknown-break": (
        404,
        _l("This release has no break “%(name)s”. Choose one of those offered."),
    ),
    "reporting.unknown-question": (404, _l("This release has no question “%(name)s”.")),
    "reporting.unknown-answer": (
        404,
        _l("This map can’t show the answer “%(name)s”. Choose one of those offered."),
    ),
}


class Problem(Exception):
    """A request that can't go on. `params` fill the sentence and are sent to programs beside the code."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        self.status, self._sentence = PROBLEMS[code]
        super().__init__(code, params)

    @property
    def message(self) -> str:
        """The sentence in the language of the request."""
        return str(self._sentence) % self.params if self.params else str(self._sentence)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "params": self.params}
