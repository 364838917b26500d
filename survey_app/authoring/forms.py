"""Forms of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from survey_app.authoring.services import LONGEST_REASON, SHORTEST_REASON


class WorkbookForm(FlaskForm):
    workbook = FileField(
        _l("XLSForm workbook (.xlsx or .xls)"), validators=[FileRequired(_l("Choose a workbook first."))]
    )
    tables = MultipleFileField(_l("Lists in files of their own (.csv)"))


class PublishForm(FlaskForm):
    """reason: asked only where the draft holds changes that break with answers already collected."""

    reason = TextAreaField(
        _l("Why is this change needed?"), render_kw={"rows": 3, "maxlength": LONGEST_REASON}
    )


class DismissForm(FlaskForm):
    code = HiddenField(validators=[DataRequired()])
    name = HiddenField()
    reason = StringField(
        _l("Why is it right here?"),
        validators=[Length(SHORTEST_REASON, LONGEST_REASON)],
        render_kw={"maxlength": LONGEST_REASON},
    )
