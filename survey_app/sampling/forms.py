"""Forms of this room."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange


class FrameForm(FlaskForm):
    file = FileField(
        _l("List of villages and neighbourhoods (.csv)"),
        validators=[FileRequired(_l("Choose a file first."))],
    )
    as_of = DateField(_l("As of"), default=date.today, validators=[InputRequired(_l("Enter a date."))])
    note = TextAreaField(_l("Source, and what the list leaves out"), validators=[Length(max=500)])


class DrawForm(FlaskForm):
    units = IntegerField(
        _l("Villages and neighbourhoods in the sample"),
        default=60,
        validators=[InputRequired(_l("Enter a number.")), NumberRange(2, 5000, _l("Between 2 and 5,000."))],
    )
    least_per_stratum = IntegerField(
        _l("At least this many in each stratum"),
        default=4,
        validators=[InputRequired(_l("Enter a number.")), NumberRange(1, 1000, _l("Between 1 and 1,000."))],
    )
    households_per_unit = IntegerField(
        _l("Households issued in each, without substitution"),
        default=30,
        validators=[InputRequired(_l("Enter a number.")), NumberRange(1, 1000, _l("Between 1 and 1,000."))],
    )
    seed = StringField(
        _l("Seed"),
        validators=[
            InputRequired(_l("Enter a seed, for instance a number drawn in public.")),
            Length(max=80),
        ],
    )


class AssignForm(FlaskForm):
    units = SelectMultipleField(_l("Villages and neighbourhoods"), coerce=int)
    collaborator = SelectField(_l("Collaborator"), coerce=int)


class ReassignForm(FlaskForm):
    giver = SelectField(_l("Unfinished cases of"), coerce=int)
    taker = SelectField(_l("go to"), coerce=int)


class TriesForm(FlaskForm):
    tries = IntegerField(
        _l("Visits before a household that can't be reached is closed"),
        validators=[InputRequired(_l("Enter a number.")), NumberRange(1, 10, _l("Between 1 and 10."))],
    )
