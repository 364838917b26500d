"""Runs every rule and sorts what was found into open findings and those the author dismissed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from questionnaires.findings import Finding
from questionnaires.lint import scales, structure
from questionnaires.lint.registry import Rule, form_of
from questionnaires.lint.wording import FINDERS, wording
from questionnaires.model import DEFAULT_LANGUAGE, Group, Node, Question, Questionnaire

RULES: tuple[Rule, ...] = (
    structure.never_visible,
    structure.unreachable_choices,
    structure.missing_translations,
    structure.unused_lists,
    structure.sensitive_early,
    structure.demographics_first,
    structure.too_long,
    scales.unbalanced,
    scales.directions,
    scales.no_dont_know,
    scales.no_way_out,
    scales.same_label,
    wording,
)

_PART = re.compile(r"\s*(?:lint\.)?([a-z-]+)\s*:\s*(.*)", re.S)


@dataclass(frozen=True)
class LintReport:
    """findings: open ones, in form order. dismissed: with the author's reason. minutes: estimated length."""

    findings: tuple[Finding, ...]
    dismissed: tuple[tuple[Finding, str], ...]
    minutes: float


def lint(questionnaire: Questionnaire, language: str = "") -> LintReport:
    """Every rule. language: whose wording is looked at, '' for each that has rules (vi, en).

    A finding is dismissed by the cell `dl::dismiss` of its question or group
    (`leading: an eligibility check; no-way-out: ...`); a dismissal without a reason doesn't count.
    """
    languages = (language,) if language else (*FINDERS, DEFAULT_LANGUAGE)
    form = form_of(questionnaire, languages)
    reasons = _reasons(questionnaire.children, {})
    found: list[Finding] = []
    dismissed: list[tuple[Finding, str]] = []
    for rule in RULES:
        for finding in rule(form):
            code = finding.code.removeprefix("lint.")
            reason = reasons.get(finding.where.name or "", {}).get(code, "")
            if reason:
                dismissed.append((finding, reason))
            else:
                found.append(finding)
    found.sort(key=lambda f: (f.where.sheet == "choices", f.where.row or 0, f.code))
    return LintReport(tuple(_unique(found)), tuple(dismissed), structure.minutes(form))


def _unique(found: list[Finding]) -> list[Finding]:
    """Without repetitions: a grid's words are looked at once, and rules may meet at a question."""
    return list({(f.code, f.where, tuple(f.params.items())): f for f in found}.values())


def minutes(questionnaire: Questionnaire) -> float:
    """Estimated minutes of an interview; see `structure.minutes`."""
    return structure.minutes(form_of(questionnaire, ()))


def _reasons(nodes: tuple[Node, ...], around: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Question name -> code -> reason; a group's dismissals hold for what is in it."""
    found: dict[str, dict[str, str]] = {}
    for node in nodes:
        own = {**around, **_dismissals(node.extra.get("dl::dismiss", ""))}
        if isinstance(node, Question):
            found[node.name] = own
        else:
            if isinstance(node, Group):
                found.setdefault(node.name, own)
            found.update(_reasons(node.children, own))
    return found


def _dismissals(cell: str) -> dict[str, str]:
    matches = (_PART.fullmatch(part) for part in cell.split(";"))
    return {match[1]: match[2].strip() for match in matches if match and match[2].strip()}
