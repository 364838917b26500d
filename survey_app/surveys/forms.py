"""Forms of this room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from survey_app.accounts.models import Area
from survey_app.accounts.queries import search_areas
from survey_app.surveys import method_facts
from survey_app.wording import fold, nfc

LONGEST_FACT = 1000


def _clean(value: Any) -> Any:
    return nfc(value) if isinstance(value, str) else value


class NewSurveyForm(FlaskForm):
    title = StringField(
        _l("Title in Vietnamese"),
        filters=[_clean],
        validators=[InputRequired(_l("Enter a title.")), Length(max=200)],
    )
    title_en = StringField(_l("Title in English (optional)"), filters=[_clean], validators=[Length(max=200)])
    organisation = StringField(
        _l("Organisation responsible, as respondents will read it"),
        filters=[_clean],
        validators=[InputRequired(_l("Enter the organisation responsible.")), Length(max=200)],
    )
    population = TextAreaField(
        _l("Population: who is the survey about"),
        filters=[_clean],
        validators=[InputRequired(_l("Say whom the results are to describe.")), Length(max=500)],
    )
    area = StringField(
        _l("Province or area, by name"), filters=[_clean], validators=[InputRequired(_l("Enter the area."))]
    )
    keep_until = DateField(_l("Answers are kept until"), validators=[Optional()])

    chosen_area: Area | None = None

    def validate_area(self, field: StringField) -> None:
        found = search_areas(field.data or "")
        exact = [a for a in found if fold(a.name) == fold(field.data or "")]
        chosen = exact or list(found)
        if not chosen:
            raise ValidationError(_("No area has this in its name. Try fewer letters."))
        if len(chosen) > 1 and chosen[0].depth == chosen[1].depth:
            raise ValidationError(
                _(
                    "Several areas match: %(names)s. Write the whole name.",
                    names=", ".join(a.name for a in chosen[:4]),
                )
            )
        self.chosen_area = chosen[0]


def facts_form(known: Mapping[str, Mapping[str, str]]) -> FlaskForm:
    """The form of the facts of method: two texts a fact, Vietnamese and English, filled with what is known."""
    fields: dict[str, Any] = {}
    for fact in method_facts.FACTS:
        told = known.get(fact.name) or {}
        for language, label in (("vi", fact.label), ("en", _l("In English (optional)"))):
            fields[f"{fact.name}_{language}"] = TextAreaField(
                label,
                filters=[_clean],
                validators=[Length(max=LONGEST_FACT, message=_l("At most %(max)d characters."))],
                default=told.get(language, ""),
                description=fact.help if language == "vi" else "",
            )
    return type("FactsForm", (FlaskForm,), fields)()


def facts_of(form: FlaskForm) -> dict[str, dict[str, str]]:
    """What was typed, empty texts left out."""
    return {
        fact.name: {
            language: text
            for language in ("vi", "en")
            if (text := form[f"{fact.name}_{language}"].data or "")
        }
        for fact in method_facts.FACTS
    }
