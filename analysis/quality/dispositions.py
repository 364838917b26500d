"""AAPOR final dispositions of an in-person household survey, and their sums by class.

Source: The American Association for Public Opinion Research (2016), Standard Definitions: Final Dispositions of Case
Codes and Outcome Rates for Surveys, 9th edition, section on in-person household surveys and table 2. The
classes and the formulas are the same in the 10th edition (2023).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import DesignError

# code -> (class, English, Vietnamese). Classes: I complete, P partial, R refusal or break-off, NC non-contact,
# O other eligible, UH unknown whether a dwelling, UO dwelling but unknown whether anybody is eligible,
# NH not a dwelling or out of the sample, NE dwelling without an eligible person.
DISPOSITIONS: dict[str, tuple[str, str, str]] = {
    "1.1": ("I", "complete interview", "phỏng vấn hoàn thành"),
    "1.2": ("P", "partial interview", "phỏng vấn dở dang, đủ dùng"),
    "2.10": ("R", "refusal or break-off", "từ chối hoặc bỏ dở"),
    "2.11": ("R", "refusal", "từ chối"),
    "2.111": ("R", "refusal by the household", "hộ từ chối"),
    "2.112": ("R", "refusal by the person drawn", "người được chọn từ chối"),
    "2.12": ("R", "break-off", "bỏ dở"),
    "2.20": ("NC", "non-contact", "không tiếp xúc được"),
    "2.23": ("NC", "unable to enter the building", "không vào được tòa nhà"),
    "2.24": ("NC", "nobody at home", "không có ai ở nhà"),
    "2.25": ("NC", "person drawn away", "người được chọn đi vắng"),
    "2.30": ("O", "other, eligible", "lý do khác, đủ điều kiện"),
    "2.31": ("O", "died", "đã mất"),
    "2.32": ("O", "unable, physically or mentally", "không đủ sức khỏe"),
    "2.33": ("O", "language", "bất đồng ngôn ngữ"),
    "2.331": ("O", "language of the household", "bất đồng ngôn ngữ với hộ"),
    "2.332": ("O", "language of the person drawn", "bất đồng ngôn ngữ với người được chọn"),
    "2.333": ("O", "no interviewer with the language", "không có điều tra viên biết tiếng"),
    "2.36": ("O", "miscellaneous", "lý do khác"),
    "3.10": ("UH", "unknown whether a dwelling", "không rõ có phải nhà ở"),
    "3.11": ("UH", "not attempted", "chưa đến"),
    "3.17": ("UH", "unable to reach, or unsafe", "không đến được hoặc không an toàn"),
    "3.18": ("UH", "unable to locate", "không tìm thấy địa chỉ"),
    "3.20": ("UO", "dwelling, unknown whether anybody is eligible", "nhà ở, không rõ có người đủ điều kiện"),
    "3.21": ("UO", "no screener completed", "chưa hỏi được phần sàng lọc"),
    "3.90": ("UO", "other, unknown eligibility", "không rõ điều kiện, lý do khác"),
    "4.10": ("NH", "out of the sample", "ngoài mẫu"),
    "4.50": ("NH", "not a dwelling", "không phải nhà ở"),
    "4.51": ("NH", "business, office", "cơ sở kinh doanh, cơ quan"),
    "4.52": ("NH", "institution", "cơ sở tập thể"),
    "4.53": ("NH", "group quarters", "khu ở tập thể"),
    "4.60": ("NH", "vacant", "nhà bỏ trống"),
    "4.61": ("NH", "vacant, for sale or rent", "nhà trống chờ bán hoặc cho thuê"),
    "4.62": ("NH", "seasonal or second home", "nhà ở theo mùa"),
    "4.63": ("NH", "vacant, other", "nhà trống, lý do khác"),
    "4.70": ("NE", "no eligible person", "không có người đủ điều kiện"),
    "4.80": ("NE", "quota filled", "đã đủ chỉ tiêu"),
}
CLASSES = ("I", "P", "R", "NC", "O", "UH", "UO", "NH", "NE")


@dataclass(frozen=True)
class Counts:
    """Cases (or sums of their base weights) in each class; the letters are AAPOR's (NH, NE: not eligible)."""

    I: float = 0.0
    P: float = 0.0
    R: float = 0.0
    NC: float = 0.0
    O: float = 0.0
    UH: float = 0.0
    UO: float = 0.0
    NH: float = 0.0
    NE: float = 0.0

    def __post_init__(self) -> None:
        for name in CLASSES:
            value = getattr(self, name)
            if not (np.isfinite(value) and value >= 0):
                raise DesignError("quality.count-negative", disposition=name, value=float(value))

    @property
    def interviewed(self) -> float:
        """I + P."""
        return self.I + self.P

    @property
    def eligible(self) -> float:
        """Cases known to be eligible."""
        return self.I + self.P + self.R + self.NC + self.O

    @property
    def unknown(self) -> float:
        """UH + UO."""
        return self.UH + self.UO

    @property
    def issued(self) -> float:
        """All cases."""
        return self.eligible + self.unknown + self.NH + self.NE


def disposition_class(code: str | float) -> str:
    """The class of a disposition code; "2.1", "2.10" and 2.1 are the same code.

    Raises DesignError `quality.disposition-unknown` for a code that the standard doesn't have.
    """
    text = str(code).strip()
    whole, _, part = text.partition(".")
    for form in (text, f"{whole}.{part.ljust(2, '0')}", f"{whole}.{part.rstrip('0')}"):
        if form in DISPOSITIONS:
            return DISPOSITIONS[form][0]
    raise DesignError("quality.disposition-unknown", disposition=text)


def count_dispositions(
    codes: Iterable[str | float] | Mapping[str, float], weights: ArrayLike | None = None
) -> Counts:
    """Sum final dispositions by class.

    codes: one code per case (each case once), or {code: number of cases}. weights: (n,) base weights, to get the
    weighted rates that the standard asks for where selection probabilities differ.
    """
    if isinstance(codes, Mapping):
        if weights is not None:
            raise DesignError("quality.weights-with-counts")
        pairs: Sequence[tuple[str | float, float]] = [(code, float(n)) for code, n in codes.items()]
    else:
        listed = list(codes)
        amounts = np.ones(len(listed)) if weights is None else np.asarray(weights, dtype=float)
        if amounts.shape != (len(listed),):
            raise DesignError("quality.weights-length", cases=len(listed), weights=int(amounts.size))
        pairs = list(zip(listed, amounts.tolist(), strict=True))
    sums = dict.fromkeys(CLASSES, 0.0)
    for code, amount in pairs:
        sums[disposition_class(code)] += amount
    return Counts(**sums)
