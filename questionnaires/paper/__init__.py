"""The questionnaire on paper: an HTML page with a print style, and a PDF of it.

What is it for: reading aloud, pilots, annexes of reports, a fallback where no phone works. `words` says routing
and rules in words, `render` lays the page out, `print.css` is its style. Who may call it: `paper` and
`paper_pdf`, exported by `questionnaires`. How is it tested: `tests/unit/questionnaires/test_paper.py`. Where does
the next thing go: how one type looks on paper is a branch of `render.answer_space`.
"""

from questionnaires.paper.render import PRINT_STYLE, PdfUnavailable, paper, paper_pdf

__all__ = ["PRINT_STYLE", "PdfUnavailable", "paper", "paper_pdf"]
