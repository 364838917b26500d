"""A researcher goes from the snapshot to a release in the browser, and a second one approves it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from survey_app.reporting import queries
from tests.browser.test_results import _sign_in
from tests.support.demo import newest_released

pytestmark = pytest.mark.browser


def test_from_weights_to_a_release_that_a_second_person_approves(desktop, live_demo):
    page = desktop
    page.set_default_timeout(120_000)
    with live_demo.app.app_context():
        survey = newest_released()
        before = queries.releases(survey)[0].number
    place = f"{live_demo.base}/surveys/{survey.public_id}"
    _sign_in(page, live_demo, "nghiencuu")

    # The cut-off: nothing came in since, so the one that there is stands.
    page.goto(place + "/snapshots")
    page.click("main form button >> text=Chốt dữ liệu")
    page.wait_for_selector(".message.good")

    # Weights: another trimming, tried out, then kept and named official.
    page.goto(place + "/weighting")
    expect(page.locator(".effect")).to_have_count(5)
    page.fill("[name=trim_upper]", "4,5")
    page.click("button[value=try]")
    page.wait_for_selector("text=Kết quả thử, chưa lưu")
    page.click("button[value=run]")
    page.wait_for_url("**/weighting/*")
    page.click("text=Chọn làm lượt chính thức")
    page.wait_for_selector("text=Bảng số liệu và công bố dùng lượt này.")

    # Tables: a changed break comes without leaving the page, a filter is told, the address keeps it all.
    page.goto(place + "/tables?q=a2&by=sex")
    expect(page.locator(".banner thead tr:last-child th")).to_have_count(3)
    with page.expect_response(lambda answer: "part=tables" in answer.url):
        page.locator("input[name=by][value=age]").check()
    page.wait_for_function("document.querySelectorAll('.banner thead tr:last-child th').length === 8")
    page.wait_for_url("**by=age**")
    page.click("summary:has-text('Chỉ một số người')")
    page.click("details:has(> summary:has-text('Chỉ một số người')) details summary:has-text('Nơi ở')")
    with page.expect_response(lambda answer: "part=tables" in answer.url):
        page.locator("input[name='f.residence'][value=rural]").check()
    page.wait_for_selector("text=Chỉ những người có “Nơi ở”")
    page.fill("form.save [name=name]", "Đời sống theo tuổi")
    page.click("form.save button")
    page.wait_for_selector("text=Đã lưu “Đời sống theo tuổi”")

    # The release: asked for, audited by the job, approved by somebody else, released.
    page.goto(place + "/release")
    page.fill("[name=reason_vi]", "Cắt quyền số chặt hơn")
    page.click("text=Soát và đề nghị")
    page.wait_for_selector("text=Cần một nghiên cứu viên khác", timeout=300_000)
    page.context.clear_cookies()
    _sign_in(page, live_demo, "duyet")
    page.goto(place + "/release")
    with page.expect_navigation():
        page.click("form[action$=approve] button")
    page.click("form[action$='/release'] button")
    page.wait_for_url("**/results/**")
    with live_demo.app.app_context():
        newest = queries.releases(newest_released())[0]
        assert newest.number == before + 1
        assert newest.reason["vi"] == "Cắt quyền số chặt hơn"
        assert newest.released_by != queries.proposal(newest_released()).asked_by
