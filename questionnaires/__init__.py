"""Questionnaires: what is asked, and whether an answer fits.

What is it for: XLSForm workbooks in and out, their logic compiled to one contract, answers judged by it,
columns and a codebook for analysis, a checker of wording and structure, simulated respondents, a printed
form. It knows no web and no database. Who may call it: anyone, through the names exported here; nothing
else. How is it tested: `tests/unit/questionnaires/`, `tests/conformance/` (two evaluators agree),
`tests/property/`, `tests/fuzz/`, the corpus of real workbooks in `tests/data/xlsforms/`. Where does the next
thing go: a question type in `types/`, a column in `xlsform/`, a function of the language in `logic/`, a rule
of the checker in `lint/`; a sentence for people in the `messages_*.py` of its room. `README.md` tells authors
what is supported.
"""

from questionnaires.answers import CheckResult, check_answers
from questionnaires.codebook import Variable
from questionnaires.codebook_csv import codebook_csv
from questionnaires.compiled import Compiled, CompileResult, ContractError, compile_questionnaire
from questionnaires.diff import Change, Safety, diff
from questionnaires.findings import Finding, Severity, Where
from questionnaires.flatten import Flat, Table, flatten, shown_orders
from questionnaires.interview import Interview, Page, Shown, ShownChoice
from questionnaires.lint import LintReport, lint
from questionnaires.merge import Merged, merge_versions
from questionnaires.messages import place, sentence, sentences_of
from questionnaires.messages_advice import advice
from questionnaires.model import (
    DEFAULT_LANGUAGE,
    DEVICES,
    Choice,
    ChoiceList,
    Experiment,
    Group,
    Question,
    Questionnaire,
    Repeat,
)
from questionnaires.paper import PRINT_STYLE, PdfUnavailable, paper, paper_pdf
from questionnaires.paradata import Paradata, hurried, read_paradata
from questionnaires.simulate import Walk, cover, simulate, walk
from questionnaires.xlsform.read import ReadResult, read_xlsform, to_xform
from questionnaires.xlsform.write import write_xlsform

__all__ = [
    "DEFAULT_LANGUAGE",
    "DEVICES",
    "PRINT_STYLE",
    "Change",
    "CheckResult",
    "Choice",
    "ChoiceList",
    "CompileResult",
    "Compiled",
    "ContractError",
    "Experiment",
    "Finding",
    "Flat",
    "Group",
    "Interview",
    "LintReport",
    "Merged",
    "Page",
    "Paradata",
    "PdfUnavailable",
    "Question",
    "Questionnaire",
    "ReadResult",
    "Repeat",
    "Safety",
    "Severity",
    "Shown",
    "ShownChoice",
    "Table",
    "Variable",
    "Walk",
    "Where",
    "advice",
    "check_answers",
    "codebook_csv",
    "compile_questionnaire",
    "cover",
    "diff",
    "flatten",
    "hurried",
    "lint",
    "merge_versions",
    "paper",
    "paper_pdf",
    "place",
    "read_paradata",
    "read_xlsform",
    "sentence",
    "sentences_of",
    "shown_orders",
    "simulate",
    "to_xform",
    "walk",
    "write_xlsform",
]
