"""What answers say about the population: sampling, weighting, estimation, tables, quality.

What for: every number the product publishes, with its error. Who may call it: anybody with arrays or a pandas
frame; this module's names are the whole public surface, and nothing here knows the web or a database. How
tested: `tests/unit/analysis/`, `tests/reference/` (R `survey`), `tests/property/`, `tests/simulation/`,
`tests/benchmarks/analysis.py`. Where the next thing goes: the rooms' own docstrings say (`sampling`,
`weighting`, `estimation`, `tables`, `quality`, `sensitive`).
"""

from analysis.arrays import Codes, as_codes
from analysis.design import SampleDesign
from analysis.design_parts import Calibration, JointProbabilities, Replicates
from analysis.errors import AnalysisError, CalibrationError, ConvergenceError, DesignError
from analysis.estimation.contrast import contrast
from analysis.estimation.estimators import mean, proportion, ratio, total
from analysis.estimation.group_tests import rank_test, t_test
from analysis.estimation.margins import predicted_margins
from analysis.estimation.models import Fit, glm, term_test
from analysis.estimation.ordinal import OrdinalFit, ordinal
from analysis.estimation.quantile import quantile
from analysis.estimation.replicate_designs import as_replicate, replicate_design
from analysis.estimation.replication import with_replicates
from analysis.estimation.result import Estimate, Note, TestResult
from analysis.estimation.spread import variance
from analysis.messages import catalogue, sentence
from analysis.quality import (
    DISPOSITIONS,
    RATES,
    Counts,
    InterviewerEffect,
    NearDuplicates,
    OutcomeRates,
    Speeding,
    StraightLining,
    count_dispositions,
    disposition_class,
    interviewer_effect,
    near_duplicates,
    outcome_rates,
    speeding,
    straight_lining,
)
from analysis.sampling import (
    KISH_TABLES,
    Allocation,
    Draw,
    MultistageDraw,
    PersonDrawn,
    SampleSize,
    Stage,
    allocate,
    draw_multistage,
    draw_person,
    draw_pps,
    draw_srs,
    draw_systematic,
    generator,
    inclusion_probabilities,
    joint_probabilities,
    kish_table,
    kish_tables_for,
    last_birthday,
    moe_for_proportion,
    person_number,
    seed_digest,
    size_for_difference,
    size_for_mean,
    size_for_proportion,
    sizes_for_domains,
)
from analysis.sensitive import (
    ListExperiment,
    crosswise,
    forced_response,
    list_experiment,
    unrelated_question,
    unrelated_question_two_arms,
    warner,
)
from analysis.tables.banner import Banner, BannerTable, Question, banner
from analysis.tables.crosstab import CrossTab, crosstab, tabulate
from analysis.tables.disclosure import AuditReport, apply, audit
from analysis.tables.disclosure_model import Release, Table, from_json, to_json
from analysis.tables.disclosure_rules import Rules
from analysis.tables.letters import Comparisons, compare_columns, letters
from analysis.tables.multiple_response import MultipleResponse
from analysis.tables.overlap import overlapping_crosstab
from analysis.tables.rao_scott import association
from analysis.tables.waves import Change, change, change_within, stack_waves
from analysis.weighting import (
    KishSummary,
    Margin,
    Weighting,
    base_weights,
    calibrate,
    kish,
    nonresponse_by_class,
    nonresponse_by_propensity,
    post_stratify,
    rake,
    trim,
    within_household,
)

__all__ = [
    "DISPOSITIONS",
    "KISH_TABLES",
    "RATES",
    "Allocation",
    "AnalysisError",
    "AuditReport",
    "Banner",
    "BannerTable",
    "Calibration",
    "CalibrationError",
    "Change",
    "Codes",
    "Comparisons",
    "ConvergenceError",
    "Counts",
    "CrossTab",
    "DesignError",
    "Draw",
    "Estimate",
    "Fit",
    "InterviewerEffect",
    "JointProbabilities",
    "KishSummary",
    "ListExperiment",
    "Margin",
    "MultipleResponse",
    "MultistageDraw",
    "NearDuplicates",
    "Note",
    "OrdinalFit",
    "OutcomeRates",
    "PersonDrawn",
    "Question",
    "Release",
    "Replicates",
    "Rules",
    "SampleDesign",
    "SampleSize",
    "Speeding",
    "Stage",
    "StraightLining",
    "Table",
    "TestResult",
    "Weighting",
    "allocate",
    "apply",
    "as_codes",
    "as_replicate",
    "association",
    "audit",
    "banner",
    "base_weights",
    "calibrate",
    "catalogue",
    "change",
    "change_within",
    "compare_columns",
    "contrast",
    "count_dispositions",
    "crosstab",
    "crosswise",
    "disposition_class",
    "draw_multistage",
    "draw_person",
    "draw_pps",
    "draw_srs",
    "draw_systematic",
    "forced_response",
    "from_json",
    "generator",
    "glm",
    "inclusion_probabilities",
    "interviewer_effect",
    "joint_probabilities",
    "kish",
    "kish_table",
    "kish_tables_for",
    "last_birthday",
    "letters",
    "list_experiment",
    "mean",
    "moe_for_proportion",
    "near_duplicates",
    "nonresponse_by_class",
    "nonresponse_by_propensity",
    "ordinal",
    "outcome_rates",
    "overlapping_crosstab",
    "person_number",
    "post_stratify",
    "predicted_margins",
    "proportion",
    "quantile",
    "rake",
    "rank_test",
    "ratio",
    "replicate_design",
    "seed_digest",
    "sentence",
    "size_for_difference",
    "size_for_mean",
    "size_for_proportion",
    "sizes_for_domains",
    "speeding",
    "stack_waves",
    "straight_lining",
    "t_test",
    "tabulate",
    "term_test",
    "to_json",
    "total",
    "trim",
    "unrelated_question",
    "unrelated_question_two_arms",
    "variance",
    "warner",
    "with_replicates",
    "within_household",
]
