"""Workbooks in and out: XLSForm files become the model, the model becomes XLSForm files and XForms.

What is it for: `open_file` makes sheets of text out of a file (and refuses files that are too large or
dangerous), `read` makes the model and places every problem by sheet, row and column, `converter` is the only
door to pyxform, `write` makes a workbook of a model. Who may call it: `read_xlsform`, `write_xlsform` and
`to_xform`, exported by `questionnaires`. How is it tested: `tests/unit/questionnaires/test_xlsform*.py`, the
corpus in `tests/data/xlsforms/`, `tests/property/test_xlsform*.py`, `tests/fuzz/`. Where does the next thing
go: a new column is read in `survey_rows` and `survey` (questions) or `lists` (choices) and written in
`write`; a new file format is a module beside `xlsx` that makes a `Sheets`.
"""
