"""Writes: opening the answers, keeping tables and recodes, repeating the last wave's tables."""

from __future__ import annotations

from survey_app import audit
from survey_app.accounts.models import User
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.surveys.models import Survey
from survey_app.tabulation import queries, recipes, recodes
from survey_app.tabulation.models import SavedRecode, SavedTable
from survey_app.tabulation.recipes import TableRecipe
from survey_app.weighting import queries as weighting
from survey_app.weighting.models import WeightingRun
from survey_app.wording import nfc

MOST_SAVED = 500


def open_answers(survey: Survey, run: WeightingRun, by: User) -> None:
    """Fix the recipe of a run and let its researchers see answers. A run made later says that it was made after."""
    if not weighting.outcomes_seen(survey):
        audit.record("results.tabulated", actor_id=by.id, survey_id=survey.id, run=run.number)


def save_table(survey: Survey, name: str, recipe: TableRecipe, by: User) -> SavedTable:
    """Keep a table's recipe under a name; a name that is there already gets the new recipe.

    Raises Problem tabulation.no-name, tabulation.bad-recipe (nothing in it), tabulation.too-many-saved.
    """
    name = nfc(name)[:120]
    if not name:
        raise Problem("tabulation.no-name")
    if not recipe.rows:
        raise Problem("tabulation.no-rows")
    there = queries.saved(survey)
    found = next((one for one in there if one.name == name), None)
    if found is None and len(there) >= MOST_SAVED:
        raise Problem("tabulation.too-many-saved", most=MOST_SAVED)
    if found is None:
        found = SavedTable(survey_id=survey.id, name=name)
        db.session.add(found)
    found.recipe, found.made_at, found.made_by = recipe.to_json(), audit.now(), by.id
    db.session.flush()
    audit.record("table.saved", actor_id=by.id, survey_id=survey.id, table=found.id)
    return found


def pin_table(found: SavedTable, pinned: bool) -> None:
    found.pinned = pinned
    db.session.flush()


def delete_table(found: SavedTable, by: User) -> None:
    """Forget a saved table; figures that were released from it stay where they are."""
    db.session.delete(found)
    db.session.flush()
    audit.record("table.deleted", actor_id=by.id, survey_id=found.survey_id, table=found.id)


def repeat_tables(survey: Survey, by: User) -> int:
    """Take over the tables and recodes of the wave before that this one hasn't got; returns how many tables."""
    before = queries.of_last_wave(survey)
    here = {row.name for row in queries.saved_recodes(survey)}
    if survey.previous is not None:
        for row in queries.saved_recodes(survey.previous):
            if row.name not in here:
                made = recodes.from_json(row.name, row.recipe)
                db.session.add(_row(survey, made, by))
    for table in before:
        kept = save_table(survey, table.name, recipes.from_json(table.recipe), by)
        kept.pinned = table.pinned
    db.session.flush()
    return len(before)


def save_recode(survey: Survey, run: WeightingRun, made: recodes.Recode, by: User) -> SavedRecode:
    """Keep a recode that works: it is tried on the run's interviews first, and nothing is kept when it fails.

    Raises Problem tabulation.name-taken, tabulation.bad-recode, tabulation.recode-leaves-out.
    """
    known = queries.variables(survey, run)
    if made.name in known or any(row.name == made.name for row in queries.saved_recodes(survey)):
        raise Problem("tabulation.name-taken", name=made.name)
    if made.of not in known:
        raise Problem("tabulation.unknown-variable", name=made.of)
    source = known[made.of]
    recodes.variable_of(made, source)
    space = queries.opened(survey, run)
    recodes.apply(made, source, space.source(source))
    row = _row(survey, made, by)
    db.session.add(row)
    db.session.flush()
    audit.record("recode.saved", actor_id=by.id, survey_id=survey.id, recode=made.name)
    return row


def delete_recode(survey: Survey, name: str, by: User) -> None:
    """Forget a recode. Raises Problem tabulation.recode-used while a saved table has it."""
    found = next((row for row in queries.saved_recodes(survey) if row.name == name), None)
    if found is None:
        raise Problem("request.not-found")
    users = [table.name for table in queries.saved(survey) if name in _names(recipes.from_json(table.recipe))]
    if users:
        raise Problem("tabulation.recode-used", name=name, tables=", ".join(users[:5]))
    db.session.delete(found)
    db.session.flush()
    audit.record("recode.deleted", actor_id=by.id, survey_id=survey.id, recode=name)


def _row(survey: Survey, made: recodes.Recode, by: User) -> SavedRecode:
    return SavedRecode(
        survey_id=survey.id, name=made.name, recipe=made.to_json(), made_at=audit.now(), made_by=by.id
    )


def _names(recipe: TableRecipe) -> set[str]:
    breaks = {part for one in recipe.breaks for part in one.split(recipes.CROSS)}
    return {*recipe.rows, *breaks, *(one.variable for one in recipe.filters)}
