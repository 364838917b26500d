"""A small real survey for tests: two communes, six villages, a sample, a collaborator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from survey_app.accounts import queries as accounts
from survey_app.accounts import services as account_services
from survey_app.accounts.models import Role, User
from survey_app.authoring import services as authoring
from survey_app.db import transaction
from survey_app.sampling import queries as sampling
from survey_app.sampling import services as sampling_services
from survey_app.sampling.models import Case
from survey_app.surveys import services as survey_services
from survey_app.surveys.models import Survey
from tests.conftest import PASSWORD
from tests.support.workbooks import workbook

AREAS = """code,name,type,parent_code,valid_from,valid_to,latitude,longitude,area_km2
22,Tỉnh Quảng Ninh,tỉnh,,2025-07-01,,21.2,107.2,
06862,Phường Thử,phường,22,2025-07-01,,21.0,107.0,10.5
06970,Xã Mẫu,xã,22,2025-07-01,,21.1,107.1,40
"""
FRAME = """code,name,stratum,area_code,households
P1,Tổ 1,Phường,06862,200
P2,Tổ 2,Phường,06862,150
P3,Tổ 3,Phường,06862,120
X1,Thôn 1,Xã,06970,90
X2,Thôn 2,Xã,06970,80
X3,Thôn 3,Xã,06970,60
"""


@dataclass
class Small:
    survey: Survey
    researcher: User
    collaborator: User
    cases: list[Case]
    preloaded: dict[int, dict[str, str]]


def small_survey(
    *, title: str = "Khảo sát thử", markdown: str | None = None, plan: dict[str, Any] | None = None
) -> Small:
    """A survey that is collecting, with 4 villages of 10 households, all given to one collaborator."""
    with transaction():
        account_services.import_areas(AREAS)
        province = accounts.area("22")
        assert province is not None
        researcher = accounts.user_by_name("nc") or account_services.create_user(
            "nc", PASSWORD, Role.RESEARCHER, [province]
        )
        collaborator = accounts.user_by_name("ctv") or account_services.create_user(
            "ctv", PASSWORD, Role.COLLABORATOR, [province]
        )
        survey = survey_services.create(
            {"vi": title},
            by=researcher,
            area=province,
            population={"vi": "Người từ 18 tuổi"},
            organisation={"vi": "Đơn vị thử"},
            keep_until="2027-12-31",
        )
        survey_services.add_member(survey, collaborator, by=researcher)
        book = workbook(markdown) if markdown else workbook()
        draft = authoring.save_draft(survey, book, "thu.xlsx", by=researcher)
        assert draft.errors == 0, draft.findings
        authoring.publish(survey, by=researcher)
        sampling_services.import_frame(
            survey, FRAME, as_of="2026-01-01", note={}, made_up=True, by=researcher
        )
        chosen = plan or {"units": 4, "least_per_stratum": 2, "households_per_unit": 10}
        sampling_services.draw_sample(survey, seed="7", plan=chosen, by=researcher)
        sampling_services.assign(survey, sampling.drawn_units(survey), collaborator, by=researcher)
        survey_services.open_collection(survey, by=researcher)
    cases = list(sampling.cases(survey))
    return Small(survey, researcher, collaborator, cases, sampling.preloaded(survey, cases))
