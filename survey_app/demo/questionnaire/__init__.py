"""The demo questionnaire: tables in `khao_sat_dlxh.md`, the workbook `khao_sat_dlxh.xlsx` built from them.

What is it for: the form that `make demo` imports with the same code a researcher uses, and the example of
our extension (`experiments` sheet, `dl::` columns). Who may call it: the demo's services (`WORKBOOK`), tests.
How is it tested: `tests/unit/questionnaires/test_xlsform_demo.py`. Where does the next thing go: a question
is a row of the Markdown file; then run `python -m survey_app.demo.questionnaire.build`.
"""

from pathlib import Path

TABLES = Path(__file__).with_name("khao_sat_dlxh.md")
WORKBOOK = Path(__file__).with_name("khao_sat_dlxh.xlsx")
