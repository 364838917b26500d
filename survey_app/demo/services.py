"""Loading the demo: three waves of one study in Quảng Ninh, two closed and released, the third open."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from survey_app import audit
from survey_app.accounts import queries as accounts
from survey_app.accounts import services as account_services
from survey_app.accounts.models import Area, User
from survey_app.audit import AuditEntry
from survey_app.authoring import services as authoring
from survey_app.db import db, transaction
from survey_app.demo import accounts as demo_accounts
from survey_app.demo import fieldwork, frame, margins, phones, regions
from survey_app.demo.opinions import MOVES
from survey_app.demo.population import Population, make
from survey_app.problems import Problem
from survey_app.reporting import services as reporting
from survey_app.reporting.models import PUBLIC
from survey_app.sampling import queries as sampling
from survey_app.sampling import services as sampling_services
from survey_app.sampling.models import DrawnUnit
from survey_app.surveys import queries as surveys
from survey_app.surveys import services as survey_services
from survey_app.surveys.models import State, Survey
from survey_app.weighting import services as weighting

PROVINCE = "22"
RELEASED_BEGUN = (430, 70)  # days ago
RELEASED_AFTER = 37  # days
OPEN_BEGUN = 6
LOADED = "demo.loaded"
AREAS = Path(__file__).parent.parent / "accounts" / "data" / "areas.csv"
WORKBOOK = Path(__file__).parent / "questionnaire" / "khao_sat_dlxh.xlsx"
POPULATION_SEED = 22
COPYING = "ctv07"  # in the open wave, so that the comparison of interviews has something to find
OWN_UNITS = 4  # villages of the open wave that are left for the person trying the demo
TITLE = {
    "vi": "Khảo sát dư luận xã hội tỉnh Quảng Ninh, đợt {n}",
    "en": "Quảng Ninh public-opinion survey, wave {n}",
}
POPULATION = {
    "vi": "Người từ 18 tuổi trở lên, sống tại tỉnh Quảng Ninh từ 6 tháng trở lên",
    "en": "People aged 18 or over who have lived in Quảng Ninh for 6 months or more",
}
ORGANISATION = {
    "vi": "Bộ phận nghiên cứu dư luận xã hội (trình diễn)",
    "en": "Public-opinion research unit (demonstration)",
}
FRAME_NOTE = {
    "vi": "Thôn, tổ dân phố và số hộ là dữ liệu giả định cho bản trình diễn, đặt trong các xã, phường, đặc khu có thật.",
    "en": "Villages and their sizes are made up for the demonstration, inside the real communes.",
}


FACTS = {
    "sponsor": {
        "vi": "Bản trình diễn; không có đơn vị đặt hàng và không dùng kinh phí.",
        "en": "A demonstration; nobody asked for it and no money was spent.",
    },
    "approver": {
        "vi": "Không cần phê duyệt: mọi câu trả lời đều do máy mô phỏng.",
        "en": "No approval was needed: every answer is made up by a computer.",
    },
    "exclusions": {
        "vi": "Dàn mẫu giả định không có doanh trại, trại giam, ký túc xá và nhà mới xây sau ngày lập dàn mẫu.",
        "en": "The made-up frame has no barracks, prisons or dormitories, and no houses built after its date.",
    },
    "interviewers": {
        "vi": "Mười hai cộng tác viên giả định; bản trình diễn không có tập huấn và không kiểm tra lại.",
        "en": "Twelve made-up collaborators; nobody was trained and no interview was checked again.",
    },
    "bystanders": {
        "vi": "Câu l2 ghi thêm những người ấy là ai: người nhà, hàng xóm hay cán bộ.",
        "en": "Question l2 adds who they were: family, neighbours or an official.",
    },
    "incentives": {"vi": "Không có.", "en": "None."},
    "deviations": {
        "vi": "Không có: việc thu thập được mô phỏng đúng theo kế hoạch.",
        "en": "None: fieldwork was simulated as planned.",
    },
    "contact": {
        "vi": "Người vận hành bản trình diễn này.",
        "en": "Whoever runs this demonstration.",
    },
}


def _say(text: str, progress: bool) -> None:
    if progress:
        print(text, flush=True)


def _bar(label: str, progress: bool) -> fieldwork.Progress:
    def show(done: int, whole: int) -> None:
        if progress and (sys.stdout.isatty() or done == whole):
            filled = "█" * (30 * done // whole)
            end = "\n" if done == whole else ""
            print(f"\r  {label} {filled:<30} {done}/{whole}", end=end, flush=True)

    return show


def load(*, progress: bool = False) -> bool:
    """Load the demo into an empty, migrated database; False when it is already there.

    Raises Problem `demo.half-loaded` when an earlier load was broken off: its made-up surveys stay marked as
    made up, and nothing is loaded on top of them.
    """
    if any(s.simulated for s in surveys.every()):
        if db.session.scalar(select(AuditEntry.id).where(AuditEntry.action == LOADED).limit(1)) is None:
            raise Problem("demo.half-loaded")
        return False
    _load(progress)
    with transaction():
        audit.record(LOADED)
    return True


def _load(progress: bool) -> None:
    _say("Địa giới và tài khoản / areas and accounts", progress)
    with transaction():
        account_services.import_areas(AREAS.read_text("utf-8-sig"))
        province = accounts.area(PROVINCE)
        assert province is not None, "the areas that come with the product hold the demo's province"
        people = demo_accounts.create(province)
        weighting.import_margins()
    communes = [a for a in accounts.below(province) if a.depth == province.depth + 1]
    villages = frame.villages(communes)
    previous: Survey | None = None
    for days in RELEASED_BEGUN:
        previous = _wave(previous, villages, people, province, days=days, progress=progress)
        _finish(previous, villages, people, progress)
    open_wave = _wave(
        previous, villages, people, province, days=OPEN_BEGUN, keep=OWN_UNITS, progress=progress
    )
    _begin(open_wave, villages, people, progress)


def _wave(
    previous: Survey | None,
    villages: list[frame.Village],
    people: dict[str, User],
    province: Area,
    *,
    days: int,
    keep: int = 0,
    progress: bool,
) -> Survey:
    """Design, publish, draw, assign and open one wave, begun so many days ago."""
    begun = date.today() - timedelta(days=days)
    number = previous.wave + 1 if previous else 1
    _say(f"Đợt {number}: phiếu hỏi, dàn mẫu, chọn mẫu / questionnaire, frame, draw", progress)
    researcher = people["nghiencuu"]
    with transaction():
        survey = survey_services.create(
            {language: text.format(n=number) for language, text in TITLE.items()},
            by=researcher,
            area=province,
            previous=previous,
            population=POPULATION,
            organisation=ORGANISATION,
            keep_until=(begun + timedelta(days=365)).isoformat(),
            simulated=True,
            method_facts=FACTS,
            weighting_plan=regions.plan(),
        )
        for name, user in people.items():
            if name not in ("quantri", "luutru", "lanhdao"):
                survey_services.add_member(survey, user, by=researcher)
        authoring.save_draft(survey, WORKBOOK.read_bytes(), WORKBOOK.name, by=researcher)
        authoring.publish(survey, by=researcher)
        sampling_services.import_frame(
            survey,
            frame.as_csv(villages),
            as_of=begun.isoformat(),
            note=FRAME_NOTE,
            made_up=True,
            by=researcher,
        )
        sampling_services.draw_sample(survey, seed=f"trình diễn {number - 1}", by=researcher)
        _assign(survey, people, keep=keep)
        survey_services.open_collection(survey, by=researcher)
        survey.opened_on = begun.isoformat()
    return survey


def _assign(survey: Survey, people: dict[str, User], keep: int) -> None:
    """Villages go round the collaborators; `ctv01` gets `keep` of the open wave for the visitor's own hands."""
    units: list[DrawnUnit] = list(sampling.drawn_units(survey))
    team = [people[f"ctv{n:02d}"] for n in range(1, demo_accounts.COLLABORATORS + 1)]
    if keep:
        sampling_services.assign(survey, units[:keep], team[0], by=people["giamsat"])
        units, team = units[keep:], team[1:]
    for place, person in enumerate(team):
        sampling_services.assign(survey, units[place :: len(team)], person, by=people["giamsat"])


def _finish(survey: Survey, villages: list[frame.Village], people: dict[str, User], progress: bool) -> None:
    """Simulated fieldwork, weights, tables, release: with the change since the wave before, where there is one."""
    name = f"Đợt {survey.wave}"
    _say(f"{name}: thu thập mô phỏng / simulated fieldwork", progress)
    begun = date.fromisoformat(survey.opened_on or date.today().isoformat())
    p = population_of(survey.wave, villages)
    fieldwork.run(
        survey, p, seed=f"đợt {survey.wave - 1}", begun=begun, progress=_bar(name.lower(), progress)
    )
    researcher = people["nghiencuu"]
    with transaction():
        survey_services.close(survey, by=researcher)
        survey.closed_on = (begun + timedelta(days=16)).isoformat()
        margins.store(survey, p)
    _say(f"{name}: quyền số, bảng, công bố / weights, tables, release", progress)
    with transaction():
        run = weighting.run(survey, None, researcher)
        released = reporting.release(survey, run, researcher, reporting.Terms(PUBLIC))
        released.released_at = f"{begun + timedelta(days=RELEASED_AFTER)}T08:00:00Z"


def _begin(survey: Survey, villages: list[frame.Village], people: dict[str, User], progress: bool) -> None:
    """The open wave's first interviews; some villages stay untouched, some are left for the visitor."""
    p = population_of(survey.wave, villages)
    with transaction():
        margins.store(survey, p)
    drawn = [u.code for u in sampling.drawn_units(survey)]
    fieldwork.run(
        survey,
        p,
        seed=f"đợt {survey.wave - 1}",
        skip=frozenset(drawn[:OWN_UNITS]) | frozenset(drawn[24:]),
        begun=date.fromisoformat(survey.opened_on or date.today().isoformat()),
        copying=people[COPYING].id,
        progress=_bar(f"đợt {survey.wave}", progress),
    )
    phones.add(survey, people)


def population_of(wave: int, villages: list[frame.Village]) -> Population:
    """The people of the villages at the time of a wave: other people each time, and moods that have moved."""
    year = date.today().year - (1 if wave == 1 else 0)
    return make(villages, seed=POPULATION_SEED + wave - 2, year=year, moves=MOVES.get(wave))


def simulate_survey(public_id: str, *, seed: str, opinion: bool, progress: bool = False) -> str:
    """Fill the open cases of one survey drawn from the demo's frame. Raises Problem for any other survey."""
    survey = surveys.by_public_id(public_id)
    if survey is None:
        raise Problem("request.not-found")
    if not survey.simulated:
        raise Problem("demo.not-simulated")
    survey_services.require(survey, State.COLLECTING)
    province = accounts.area(PROVINCE)
    assert province is not None
    villages = frame.villages([a for a in accounts.below(province) if a.depth == province.depth + 1])
    p = population_of(survey.wave, villages)
    counts: dict[str, Any] = fieldwork.run(survey, p, seed=seed, opinion=opinion, progress=_bar("", progress))
    return ", ".join(f"{outcome}: {n}" for outcome, n in sorted(counts.items()))
