"""Write the demo workbook from its tables: `python -m survey_app.demo.questionnaire.build`."""

from __future__ import annotations

import sys

from questionnaires import read_xlsform, sentence, write_xlsform
from survey_app.demo.questionnaire import TABLES, WORKBOOK


def build() -> bytes:
    """The workbook's bytes. Raises SystemExit with the findings where the tables hold an error."""
    result = read_xlsform(TABLES)
    if result.questionnaire is None or not result.ok:
        raise SystemExit("\n".join(f"{f.where.row}: {sentence(f, 'en')}" for f in result.findings))
    return write_xlsform(result.questionnaire)


if __name__ == "__main__":
    WORKBOOK.write_bytes(build())
    sys.stdout.write(f"{WORKBOOK}\n")
