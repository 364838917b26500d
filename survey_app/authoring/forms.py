"""Forms of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class WorkbookForm(FlaskForm):
    workbook = FileField(
        _l("XLSForm workbook (.xlsx or .xls)"), validators=[FileRequired(_l("Choose a workbook first."))]
    )
