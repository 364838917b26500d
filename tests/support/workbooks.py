"""Workbooks for tests, written as small Markdown tables."""

from __future__ import annotations

import io

from openpyxl import Workbook

SMALL = """
| survey |              |          |                      |                  |                      |              |
|        | type         | name     | label::Tiếng Việt (vi) | label::English (en) | relevant          | constraint   |
|        | hidden       | select_u |                      |                  |                      |              |
|        | hidden       | mode     |                      |                  |                      |              |
|        | begin group  | p1       | Phần một             | Part one         |                      |              |
|        | select_one yn | consent | Đồng ý tham gia?     | Do you agree?    |                      |              |
|        | integer      | k7       | Số người lớn?        | How many adults? | ${consent} = '1'     | . >= 1 and . <= 20 |
|        | end group    |          |                      |                  |                      |              |
|        | begin group  | p2       | Phần hai             | Part two         | ${consent} = '1'     |              |
|        | select_one yn | b1      | Có làm thủ tục?      | Any procedure?   |                      |              |
|        | text         | b2       | Thủ tục gì?          | Which?           | ${b1} = '1'          |              |
|        | end group    |          |                      |                  |                      |              |
| choices |             |          |                      |                  |                      |              |
|        | list_name    | name     | label::Tiếng Việt (vi) | label::English (en) |                   |              |
|        | yn           | 1        | Có                   | Yes              |                      |              |
|        | yn           | 2        | Không                | No               |                      |              |
|        | yn           | 98       | Không biết           | Don't know       |                      |              |
| settings |            |          |                      |                  |                      |              |
|        | form_title   | form_id  | default_language     |                  |                      |              |
|        | Khảo sát thử | thu      | Tiếng Việt (vi)      |                  |                      |              |
"""


def workbook(markdown: str = SMALL) -> bytes:
    """An .xlsx file: a row with text in its first cell begins a sheet of that name."""
    book = Workbook()
    book.remove(book.active)
    sheet = None
    for line in markdown.strip().splitlines():
        cells = [c.strip() for c in line.strip().strip("|").split("|")]
        if cells[0]:
            sheet = book.create_sheet(cells[0])
            continue
        assert sheet is not None
        sheet.append([c or None for c in cells[1:]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
