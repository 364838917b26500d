"""The demo's parts of the province: its real communes put together by where they lie, as a researcher would.

No administrative unit: each is named by the communes in it. Tiên Yên with Bình Liêu is too thinly sampled to be told
alone, which shows what then happens. `at`: column and row of the tile, roughly as the parts lie.
"""

from __future__ import annotations

from typing import Any

from survey_app.weighting import recipe

LABEL = {"vi": "Vùng trong tỉnh", "en": "Part of the province"}
# name: (label, column and row, the part it joins where it can't be told alone, codes of its communes)
PARTS: dict[str, tuple[str, tuple[int, int], str, str]] = {
    "west": (
        "Đông Triều – Uông Bí – Quảng Yên", (0, 1), "ha_long",
        "07069 07081 07090 07093 07114 06811 06820 06832 07132 07135 07147 07168 07180 07183",
    ),
    "ha_long": (
        "Hạ Long – Hoành Bồ", (1, 1), "cam_pha",
        "06652 06658 06661 06673 06676 06685 06688 06706 07030 07054 07060",
    ),
    "cam_pha": (
        "Cẩm Phả – Vân Đồn – Ba Chẽ", (2, 1), "ha_long",
        "06760 06778 06781 06793 06799 06970 06979 06985 06994 07192",
    ),
    "north": ("Tiên Yên – Bình Liêu", (1, 0), "east", "06838 06841 06856 06862 06874 06877 06886"),
    "east": (
        "Đầm Hà – Móng Cái", (2, 0), "north",
        "06709 06712 06724 06733 06736 06757 06895 06913 06922 06931 06946 06967",
    ),
}  # fmt: skip


def plan() -> dict[str, Any]:
    """The standard weighting plan with the parts of the province as one more break; no weight depends on them.

    Age within each sex is told as well, for leaders who look at one group.
    """
    made = recipe.standard_plan()
    made["variables"]["region"] = {
        "label": LABEL,
        "source": "area",
        "missing": "refuse",
        "categories": [
            {
                "name": name,
                "label": {"vi": label, "en": label},
                "values": codes.split(),
                "near": near,
                "at": list(at),
            }
            for name, (label, at, near, codes) in PARTS.items()
        ],
    }
    made["crossings"] = [["sex", "age"]]
    return made
