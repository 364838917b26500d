"""A closed survey with a few hundred made-up interviews, large enough to weight, audit and release.

Interviews are written as the collection room would have read them; how they are received is tested elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from survey_app.accounts import queries as accounts
from survey_app.accounts import services as account_services
from survey_app.accounts.models import Role, User
from survey_app.authoring import services as authoring
from survey_app.collection.models import Interview, Submission
from survey_app.db import db, transaction
from survey_app.sampling import queries as sampling
from survey_app.sampling import services as sampling_services
from survey_app.surveys import services as survey_services
from survey_app.surveys.method_facts import FACTS
from survey_app.surveys.models import Survey
from survey_app.weighting.models import Margin
from tests.conftest import PASSWORD
from tests.support.workbooks import workbook

AREAS = """code,name,type,parent_code,valid_from,valid_to,latitude,longitude,area_km2
22,Tỉnh Quảng Ninh,tỉnh,,2025-07-01,,21.2,107.2,
06862,Phường Thử,phường,22,2025-07-01,,21.0,107.0,10.5
06970,Xã Mẫu,xã,22,2025-07-01,,21.1,107.1,40
07192,Đặc khu Xa,đặc khu,22,2025-07-01,,20.9,107.8,20
01,Thành phố Hà Nội,thành phố,,2025-07-01,,21.0,105.7,
"""
FRAME = "code,name,stratum,area_code,households\n" + "\n".join(
    [f"P{n},Tổ {n},Phường,06862,{100 + 5 * n}" for n in range(20)]
    + [f"X{n},Thôn {n},Xã,06970,{60 + 3 * n}" for n in range(20)]
)
BOOK = """
| survey |
| | type | name | label::Tiếng Việt (vi) | label::English (en) | relevant | dl::role | dl::order | dl::level |
| | hidden | mode | | | | hidden | | |
| | hidden | ballot | | | | hidden | | |
| | hidden | list_group | | | | hidden | | |
| | integer | k7 | Số người lớn? | How many adults? | | background | | |
| | begin group | s_a | A. Đời sống | A. Livelihood | | | | |
| | select_one change5 | a2 | Đời sống nay thế nào? | How is life now? | | | | |
| | select_multiple issues | a1 | Vấn đề nào quan trọng? | Which problems matter? | | | randomize | |
| | text | a1_other | Xin ghi rõ | Please specify | selected(${a1}, '96') | open | | |
| | select_one yn | b1 | Có làm thủ tục không? | Any procedure? | | | | |
| | integer | b3 | Đi mấy lần? | How many visits? | ${b1} = '1' | | | |
| | select_one support | c6a | Ủng hộ hay phản đối thu hồi đất? | Support or oppose taking land? | ${ballot} = 'A' | | | |
| | select_one support | c6b | Ủng hộ hay phản đối thu hồi đất làm đường? | Support or oppose it for roads? | ${ballot} = 'B' | | | |
| | select_one count | f3c | Đã làm bao nhiêu việc? | How many of these? | ${list_group} = 'control' | | | |
| | select_one count | f3t | Đã làm bao nhiêu việc trong năm việc? | How many of these five? | ${list_group} = 'treatment' | | | |
| | select_one change5 | g6 | Việc của xã thế nào? | How is the commune doing? | | | | province |
| | end group | | | | | | | |
| | begin group | s_k | K. Người trả lời | K. About you | | | | |
| | select_one sex | k1 | Giới tính | Sex | | background | | |
| | integer | k2 | Năm sinh | Year of birth | | background | | |
| | select_one educ | k3 | Học vấn | Education | | background | | |
| | end group | | | | | | | |
| choices |
| | list_name | name | label::Tiếng Việt (vi) | label::English (en) |
| | change5 | 1 | Tốt lên nhiều | Much better |
| | change5 | 2 | Tốt lên một chút | A little better |
| | change5 | 3 | Như trước | The same |
| | change5 | 4 | Kém đi một chút | A little worse |
| | change5 | 5 | Kém đi nhiều | Much worse |
| | change5 | 98 | Không biết | Don't know |
| | change5 | 99 | Từ chối | Refused |
| | issues | 1 | Việc làm | Jobs |
| | issues | 2 | Giá cả | Prices |
| | issues | 3 | Môi trường | Environment |
| | issues | 96 | Khác | Other |
| | issues | 98 | Không biết | Don't know |
| | yn | 1 | Có | Yes |
| | yn | 2 | Không | No |
| | support | 1 | Hoàn toàn ủng hộ | Strongly support |
| | support | 2 | Phần nào ủng hộ | Somewhat support |
| | support | 3 | Phần nào phản đối | Somewhat oppose |
| | support | 4 | Hoàn toàn phản đối | Strongly oppose |
| | count | 0 | 0 | 0 |
| | count | 1 | 1 | 1 |
| | count | 2 | 2 | 2 |
| | count | 3 | 3 | 3 |
| | count | 4 | 4 | 4 |
| | count | 5 | 5 | 5 |
| | count | 98 | Không biết | Don't know |
| | sex | 1 | Nam | Male |
| | sex | 2 | Nữ | Female |
| | sex | 99 | Từ chối | Refused |
| | educ | 1 | Tiểu học | Primary |
| | educ | 3 | Trung học cơ sở | Lower secondary |
| | educ | 4 | Trung học phổ thông | Upper secondary |
| | educ | 6 | Đại học | University |
| | educ | 99 | Từ chối | Refused |
| experiments |
| | name | kind | arm | question | parameters |
| | ballot | split_ballot | A | c6a | |
| | ballot | split_ballot | B | c6b | |
| | list_group | list | control | f3c | items=4 |
| | list_group | list | treatment | f3t | items=5 |
| settings |
| | form_title | form_id | default_language |
| | Khảo sát thử | thu | Tiếng Việt (vi) |
"""
# Population of the made-up survey: the sample has too many women and too few young.
SEX_AGE = {
    (sex, age): count * (1.0 if sex == "male" else 1.05)
    for sex in ("male", "female")
    for age, count in {"18-29": 9000, "30-39": 9500, "40-49": 8000, "50-59": 7000, "60+": 7500}.items()
}
Answers = dict[str, str]


@dataclass
class Answered:
    survey: Survey
    researcher: User
    leader: User
    elsewhere: User


def answers(rng: np.random.Generator, urban: bool) -> Answers:
    """One made-up adult's answers; life is better in town."""
    men = rng.random() < 0.45
    ballot, group = rng.choice(["A", "B"]), rng.choice(["control", "treatment"])
    scale = rng.choice(
        ["1", "2", "3", "4", "5"], p=[0.15, 0.4, 0.2, 0.15, 0.1] if urban else [0.05, 0.3, 0.3, 0.2, 0.15]
    )
    visits = str(int(rng.integers(1, 6)))
    b1 = str(rng.choice(["1", "2"]))
    out = {
        "mode": "1",
        "ballot": str(ballot),
        "list_group": str(group),
        "k7": str(int(rng.integers(1, 5))),
        "a2": str(scale) if rng.random() > 0.04 else str(rng.choice(["98", "99"])),
        "a1": " ".join(sorted(rng.choice(["1", "2", "3"], size=int(rng.integers(1, 3)), replace=False))),
        "b1": b1,
        "g6": str(rng.choice(["1", "2", "3", "4", "5"])),
        "k1": "1" if men else "2",
        "k2": str(int(rng.integers(1940, 2008))),
        "k3": str(rng.choice(["1", "3", "4", "6"])),
        "c6a" if ballot == "A" else "c6b": str(rng.choice(["1", "2", "3", "4"], p=[0.3, 0.4, 0.2, 0.1])),
        "f3c" if group == "control" else "f3t": str(
            int(rng.choice([1, 2, 3], p=[0.2, 0.6, 0.2]) + (group == "treatment") * (rng.random() < 0.3))
        ),
    }
    if b1 == "1":
        out["b3"] = visits
    return out


def answered_survey(
    *,
    seed: int = 1,
    close: bool = True,
    margins: bool = True,
    households: int = 20,
    change: Callable[[int, Answers], None] | None = None,
    book: str = BOOK,
) -> Answered:
    """24 villages × `households`, of whom about three quarters answer. `change` edits the answers by position.

    book: the workbook, as `BOOK` with more in it.
    """
    rng = np.random.default_rng(seed)
    with transaction():
        account_services.import_areas(AREAS)
        province, capital = accounts.area("22"), accounts.area("01")
        assert province is not None and capital is not None
        people = {
            name: accounts.user_by_name(name) or account_services.create_user(name, PASSWORD, role, [area])
            for name, role, area in (
                ("nc", Role.RESEARCHER, province),
                ("ld", Role.LEADER, province),
                ("ld-khac", Role.LEADER, capital),
            )
        }
        survey = survey_services.create(
            {"vi": "Khảo sát thử", "en": "Test survey"},
            by=people["nc"],
            area=province,
            population={"vi": "Người từ 18 tuổi", "en": "Adults"},
            organisation={"vi": "Đơn vị thử", "en": "Test unit"},
            method_facts={fact.name: {"vi": f"Nêu rõ: {fact.name}"} for fact in FACTS},
        )
        draft = authoring.save_draft(survey, workbook(book), "thu.xlsx", by=people["nc"])
        assert draft.errors == 0, draft.findings
        authoring.publish(survey, by=people["nc"])
        sampling_services.import_frame(
            survey, FRAME, as_of="2026-01-01", note={}, made_up=True, by=people["nc"]
        )
        plan = {"units": 24, "least_per_stratum": 12, "households_per_unit": households}
        sampling_services.draw_sample(survey, seed="7", plan=plan, by=people["nc"])
        survey_services.open_collection(survey, by=people["nc"])
        _interviews(survey, rng, change)
        if margins:
            _margins(survey)
        if close:
            survey_services.close(survey, by=people["nc"])
    return Answered(survey, people["nc"], people["ld"], people["ld-khac"])


def _interviews(survey: Survey, rng: np.random.Generator, change: Any) -> None:
    place = 0
    for case in sampling.cases(survey):
        if rng.random() > 0.75:
            case.outcome = "refusal"
            continue
        case.outcome = "complete"
        given = answers(rng, case.unit.stratum == "Phường")
        if change is not None:
            change(place, given)
        add_interview(survey, case, f"{place:08d}", given)
        place += 1
    db.session.flush()


def add_interview(survey: Survey, case: Any, instance_id: str, given: Answers) -> None:
    """One interview of a case, as the collection room would have stored and read it."""
    db.session.add(
        Submission(
            instance_id=instance_id,
            revision=1,
            survey_id=survey.id,
            version=1,
            media_type="application/json",
            body=b"{}",
            sha256="0" * 64,
            received_on="2026-01-10",
            case_tag=f"{case.id:032x}",
            channel="app",
            stratum=case.unit.stratum,
            psu=case.unit.code,
            base_weight=case.base_weight,
        )
    )
    db.session.add(
        Interview(
            instance_id=instance_id,
            revision=1,
            survey_id=survey.id,
            version=1,
            outcome="complete",
            language="vi",
            values=given,
        )
    )


def _margins(survey: Survey) -> None:
    cells = {
        "sex_x_age": (["sex", "age"], SEX_AGE),
        "residence": (["residence"], {("urban",): 52000.0, ("rural",): 32050.0}),
        "education": (
            ["education"],
            {
                ("below_upper_secondary",): 40000.0,
                ("upper_secondary",): 22000.0,
                ("above_upper_secondary",): 22050.0,
            },
        ),
    }
    for name, (variables, counts) in cells.items():
        db.session.add(
            Margin(
                survey_id=survey.id,
                name=name,
                variables=variables,
                cells=[{"key": list(key), "count": count} for key, count in counts.items()],
                universe="18+",
                area_code="22",
                boundary="2025-34",
                ref_date="2026-01-01",
                source_id="made-up",
            )
        )
    db.session.flush()
