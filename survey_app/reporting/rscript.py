"""A ready R script with de-identified data that makes the released figures again, for the survey's researchers.

The folder holds `data.csv` (one row an interview: numbered strata and units, the weight before raking, groups
and answers; no case, no name, no year of birth, no open text), `margins.csv`, `released.csv`, `README.txt` with
the remaining risk of singling a person out, and `tables.R`, which weights, estimates with the package `survey`,
rounds, and says how many figures are the released ones.
Knows no Flask.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis import Margin, SinglingOut, singling_out
from survey_app.reporting.cube import ANSWER, APART, NET, SHARES, TOTAL, Cube, Topic, uncrossed
from survey_app.reporting.tabulate import Data
from survey_app.reporting.topics import Source, Spec
from survey_app.weighting.weights import Weights

SCRIPT = """# Tables of release {release}, made again with R and its package survey (tried with 4.1).
# Run in this folder:  Rscript tables.R
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust")
d <- read.csv("data.csv", colClasses = "character", na.strings = "")
d$before <- as.numeric(d$before)
design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~before, data = d, nest = TRUE)
m <- read.csv("margins.csv", colClasses = c("character", "character", "numeric"))
if (nrow(m) > 0) {{
  names <- unique(m$margin)
  totals <- lapply(names, function(n) {{
    one <- m[m$margin == n, c("cell", "total")]
    names(one) <- c(paste0("margin_", n), "Freq")
    one
  }})
  design <- rake(design, lapply(names, function(n) as.formula(paste0("~margin_", n))), totals,
                 control = list(maxit = 1000, epsilon = 1e-9))
}}
released <- read.csv("released.csv", colClasses = "character", na.strings = "")
half_up <- function(x) floor(100 * x + 0.5 + 1e-9)
same <- 0
for (i in seq_len(nrow(released))) {{
  r <- released[i, ]
  inside <- !is.na(d[[r$column]])
  if (!is.na(r$by)) inside <- inside & d[[paste0("by_", r$by)]] %in% strsplit(r$group, "|", fixed = TRUE)[[1]]
  if (!is.na(r$within)) inside <- inside & d[[paste0("by_", r$within)]] %in% r$within_group
  part <- subset(design, inside)
  hit <- part$variables[[r$column]] %in% strsplit(r$answers, "|", fixed = TRUE)[[1]]
  share <- coef(svymean(~hit, update(part, hit = as.numeric(hit))))
  ok <- half_up(share) == as.numeric(r$percent)
  same <- same + ok
  if (!ok) cat(r$topic, r$by, r$group, r$answers, "released", r$percent, "here", 100 * share, "\\n")
}}
cat(same, "of", nrow(released), "released shares are the same\\n")
"""


def bundle(
    cube: Cube,
    drafted: Sequence[Spec],
    data: Data,
    weights: Weights,
    margins: Sequence[Margin],
    *,
    release: int,
) -> bytes:
    """The folder as a zip file. drafted: specs with their rows settled; margins: those the run raked to.

    Shares of one answer are compared; several-answer questions and list experiments are not in the script.
    """
    specs = {spec.name: spec for spec in drafted if spec.kind == SHARES}
    topics = [topic for topic in cube.topics if topic.name in specs]
    columns: dict[str, list[str]] = {"stratum": _numbered(weights.stratum), "psu": _numbered(weights.psu)}
    columns["before"] = [repr(float(w)) for w in weights.before]
    for margin in margins:
        columns[f"margin_{margin.name}"] = [str(int(code)) for code in margin.codes.codes]
    for one in data.breaks:
        groups = [group for group, _label in one.groups]
        columns[f"by_{one.name}"] = [groups[code] if code >= 0 else "" for code in data.codes[one.name]]
    for topic in topics:
        spec = specs[topic.name]
        for source in spec.sources:
            columns[_column(topic.name, source)] = _answers(spec, source, data)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("data.csv", _csv(list(columns), zip(*columns.values(), strict=True)))
        folder.writestr("margins.csv", _csv(["margin", "cell", "total"], _margin_rows(margins)))
        rows = [row for topic in topics for row in _released(topic, specs[topic.name])]
        folder.writestr("released.csv", _csv(RELEASED_COLUMNS, rows))
        folder.writestr("tables.R", SCRIPT.format(release=release))
        folder.writestr("README.txt", _readme(release, risk_of(weights, margins)))
    return out.getvalue()


RELEASED_COLUMNS = ["topic", "column", "by", "group", "within", "within_group", "answers", "percent"]


def risk_of(weights: Weights, margins: Sequence[Margin]) -> SinglingOut:
    """The risk that somebody who knows a person's village and groups finds them among the rows of the data."""
    keys = [np.unique(column, return_inverse=True)[1] for column in (weights.stratum, weights.psu)]
    keys += list(weights.codes.values())
    keys += [np.asarray(margin.codes.codes) for margin in margins]
    # Weights below one (after trimming or a small frame) stand at least for the person asked.
    return singling_out([key - key.min(initial=0) for key in keys], np.maximum(weights.weight, 1.0))


README = """Phát hành {release}: dữ liệu không tên, chỉ dành cho nghiên cứu viên của cuộc điều tra.
Chạy trong thư mục này:  Rscript tables.R
Rủi ro còn lại: trong {n} phiếu, {unique} phiếu là duy nhất về thôn/tổ và các nhóm ghi ở đây (giới, tuổi, học vấn...).
Ước tính {alone} người trong số đó cũng là duy nhất trong dân số, và một người biết các đặc điểm này của hàng xóm
sẽ nhận đúng khoảng {expected} phiếu; phiếu dễ nhận nhất: {highest} %. Không đưa tệp này cho ai khác, không ghép
với dữ liệu có tên.

Release {release}: data without names, for the survey's own researchers only.
Run in this folder:  Rscript tables.R
Remaining risk: of {n} interviews {unique} are alone in their village with their groups (sex, age, education ...).
About {alone} of these people are alone in the population as well, and somebody who knows these facts of their
neighbours would recognise about {expected} interviews; the one easiest to recognise: {highest} %. Don't pass this
file on, and never join it to data with names.
Source of the measure: Benedetti & Franconi (1998); Hundepool et al. (2012), section 3.5.
"""


def _readme(release: int, risk: SinglingOut) -> str:
    return README.format(
        release=release,
        n=risk.n,
        unique=risk.unique,
        alone=round(risk.unique_in_population),
        expected=round(risk.expected),
        highest=round(100 * risk.highest),
    )


def _numbered(values: Any) -> list[str]:
    """Strata and units as numbers in order of first appearance: their codes would name villages."""
    numbers: dict[str, str] = {}
    return [numbers.setdefault(str(value), str(len(numbers) + 1)) for value in values]


def _column(topic: str, source: Source) -> str:
    return f"q_{topic}_{source.arm}" if source.arm else f"q_{topic}"


def _answers(spec: Spec, source: Source, data: Data) -> list[str]:
    names = [row.name for row in spec.rows if row.kind != NET]
    return [names[source.codes[a]] if a in source.codes else "" for a in data.answers(source.question)]


def _released(topic: Topic, spec: Spec) -> list[list[str]]:
    """One line a released share: the answers and groups that are in it."""
    rows = []
    sources = {source.arm: source for source in spec.sources}
    for name, tables in topic.tables.items():
        by, part = uncrossed(name)
        for table in tables:
            for column in table.columns:
                for row, figure in zip(table.rows, column.figures, strict=True):
                    if figure.value is None or row.kind not in (ANSWER, APART, NET):
                        continue
                    rows.append(
                        [
                            topic.name,
                            _column(topic.name, sources[table.arm]),
                            "" if by == TOTAL else by,
                            "" if by == TOTAL else "|".join(column.parts or (column.group,)),
                            part.within if part else "",
                            part.group if part else "",
                            "|".join(row.parts) if row.parts else row.name,
                            f"{figure.value:g}",
                        ]
                    )
    return rows


def _margin_rows(margins: Sequence[Margin]) -> list[list[str]]:
    return [
        [margin.name, str(cell), repr(float(total))]
        for margin in margins
        for cell, total in enumerate(margin.totals)
    ]


def _csv(header: Sequence[str], rows: Any) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
