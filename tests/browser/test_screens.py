"""Every main screen, on a phone and at a desk, light and dark: no serious violation, no sideways scroll."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from survey_app.collection import review
from survey_app.sampling import queries as sampling
from survey_app.sampling.services import link_of
from tests.conftest import Live
from tests.support.demo import collecting, newest_released

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {
    "phone": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
    "desk": {"viewport": {"width": 1280, "height": 800}},
}


def screens(live: Live) -> dict[str, list[str]]:
    """{sign-in name: addresses}; the empty name is somebody who isn't signed in."""
    with live.app.app_context():
        first, second = newest_released(), collecting()
        case = next(c for c in sampling.cases(second) if c.outcome is None)
        link = f"/l/{link_of(case, second)}"
        with live.app.test_request_context():
            flagged = next(one for one in review.interviews(second, None) if one.flags and one.by_phone)
    one, two = f"/surveys/{first.public_id}", f"/surveys/{second.public_id}"
    return {
        "": [
            "/sign-in",
            link,
            "/nothing-here",
            "/public/",
            f"/public/{first.public_id}/",
            f"/public/{first.public_id}/method",
        ],
        "lanhdao": [
            "/results/",
            f"/results/{first.public_id}/",
            f"/results/{first.public_id}/questions/a1",
            f"/results/{first.public_id}/questions/b2?by=sex",
            f"/results/{first.public_id}/present#2",
        ],
        "nghiencuu": [
            "/surveys",
            "/surveys/new",
            one,
            two,
            f"{two}/questionnaire",
            f"{one}/sample",
            f"{one}/facts",
            f"{one}/release",
            f"{one}/weighting/areas",
            "/areas?q=ha+long",
            "/kept-apart",
        ],
        "giamsat": [
            "/fieldwork",
            f"{two}/fieldwork",
            f"{two}/fieldwork/interviews",
            f"{two}/fieldwork/interviews/{flagged.ref}",
            f"{two}/fieldwork/paused",
            "/phones",
        ],
        "ctv01": ["/collect/"],
        "quantri": ["/people"],
        "luutru": ["/custody"],
    }


def violations(page: Any) -> list[str]:
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map(v => "
        "[v.impact, v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 120))]))",
        RULES,
    )
    return [f"{impact} {rule}: {nodes}" for impact, rule, nodes in found if impact in ("serious", "critical")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_screens_are_accessible_and_fit(live_demo: Live, chromium: Any, size: str, scheme: str) -> None:
    words = json.loads((Path(live_demo.app.instance_path) / "demo-accounts.json").read_text())
    wrong: dict[str, list[str]] = {}
    for name, paths in screens(live_demo).items():
        # bypass_csp lets the checker itself in; that the policy is kept is tested in test_web.py. Colours are judged
        # at rest: a slide that is still appearing is paler than it will be.
        context = chromium.new_context(
            locale="vi-VN", color_scheme=scheme, bypass_csp=True, reduced_motion="reduce", **SIZES[size]
        )
        page = context.new_page()
        if name:
            page.goto(live_demo.base + "/sign-in")
            page.fill("#name", name)
            page.fill("#password", words[name])
            with page.expect_navigation():
                page.click("main button")
        for path in paths:
            page.goto(live_demo.base + path)
            page.evaluate(AXE)
            found = violations(page)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > SIZES[size]["viewport"]["width"]:  # type: ignore[index]
                found.append(f"scrolls sideways: {width}")
            if found:
                wrong[f"{name} {path}"] = found
        context.close()
    assert wrong == {}
