"""The open wave's phones and desk: what waits on phones, visits with notes and appointments, an interview sent back.

Visits, the comparison and what is sent back go through the services that real phones and supervisors use, so that
the demo's pages show what they are for. Made up and the same on every load but for days, which count back from today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import NAMESPACE_OID, uuid5

from survey_app.accounts.models import Device, User
from survey_app.authoring import queries as authoring
from survey_app.collection import likeness, paused, review
from survey_app.db import db, transaction
from survey_app.sampling import queries as sampling
from survey_app.sampling import services as sampling_services
from survey_app.surveys.models import Survey


@dataclass(frozen=True)
class Phone:
    """A collaborator's phone. seen: days since it was last here. unsent: interviews, visits, drafts; since: days."""

    owner: str
    name: str
    seen: int = 0
    unsent: tuple[int, int, int] = (0, 0, 0)
    since: int | None = None
    shut_out: bool = False


PHONES = (
    Phone("ctv02", "Chrome, Android 12"),
    Phone("ctv03", "Chrome, Android 10", unsent=(2, 3, 0), since=0),
    Phone("ctv04", "Samsung Internet, Android 13"),
    Phone("ctv05", "Chrome, Android 9", seen=4, unsent=(7, 11, 1), since=5),
    Phone("ctv06", "Chrome, Android 11", seen=1, unsent=(0, 2, 0), since=1),
    Phone("ctv07", "Chrome, Android 12"),
    Phone("ctv08", "Chrome, Android 8", seen=3, shut_out=True),
    Phone("ctv08", "Chrome, Android 11", seen=1),
    Phone("ctv09", "Chrome, Android 14"),
    Phone("ctv10", "Chrome, Android 10", seen=2, unsent=(1, 1, 2), since=2),
    Phone("ctv11", "Samsung Internet, Android 12"),
)
NOTES = (
    "Nhà khóa cửa cả ngày, hàng xóm nói tối mới về.",
    "Đường vào thôn bị ngập, mai quay lại.",
    "Hẹn sau giờ làm, chủ hộ muốn có giấy giới thiệu.",
    "Nhà đang có đám cưới, xin đến tuần sau.",
)
# The visitor's own households: how the visit ended, days ago, hour, note, appointment (days ahead, hour).
VISITS = (
    ("not_home", 1, 9, NOTES[0], None),
    ("not_home", 0, 8, None, None),
    ("appointment", 1, 16, NOTES[2], (0, 19)),
    ("appointment", 0, 9, None, (1, 18)),
)


def add(survey: Survey, people: dict[str, User]) -> None:
    """Phones, visits, notes, the comparison of interviews, and one interview sent back."""
    today = date.today()
    with transaction():
        for place, phone in enumerate(PHONES):
            db.session.add(_device(phone, people[phone.owner], place, today))
        _visit(survey, people["ctv01"], today)
        _notes(survey, people["ctv01"], today)
    version = authoring.published(survey)
    assert version is not None, "the open wave is published"
    likeness.compare(survey, version.number)
    with transaction():
        _send_back(survey, people["giamsat"])


def _device(phone: Phone, owner: User, place: int, today: date) -> Device:
    def ago(days: int) -> str:
        return (today - timedelta(days=days)).isoformat()

    interviews, attempts, drafts = phone.unsent
    return Device(
        id=uuid5(NAMESPACE_OID, f"phone {place}").hex,
        user_id=owner.id,
        name=phone.name,
        enrolled_on=ago(7),
        seen_on=ago(phone.seen),
        revoked_on=ago(phone.seen) if phone.shut_out else None,
        interviews=interviews,
        attempts=attempts,
        drafts=drafts,
        since=None if phone.since is None else ago(phone.since),
    )


def _visit(survey: Survey, visitor: User, today: date) -> None:
    mine = [case for case in sampling.cases(survey) if case.assigned_to == visitor.id and not case.closed]
    for place, (case, told) in enumerate(zip(mine, VISITS, strict=False)):
        outcome, ago, hour, note, ahead = told
        at = None if ahead is None else f"{(today + timedelta(days=ahead[0])).isoformat()}T{ahead[1]:02d}:30"
        sampling_services.record_attempt(
            case,
            attempt_id=str(uuid5(NAMESPACE_OID, f"visit {place}")),
            made_at=f"{(today - timedelta(days=ago)).isoformat()}T{hour:02d}",
            outcome=outcome,
            appointment=at,
            note=note,
        )


def _notes(survey: Survey, visitor: User, today: date) -> None:
    """Some of the others' households where nobody was at home are visited once more, with a note."""
    others = [
        case
        for case in sampling.cases(survey)
        if case.assigned_to not in (None, visitor.id) and case.outcome == "not_home"
    ]
    for place, (case, note) in enumerate(zip(others[::5], NOTES[1:], strict=False)):
        sampling_services.record_attempt(
            case,
            attempt_id=str(uuid5(NAMESPACE_OID, f"note {place}")),
            made_at=f"{(today - timedelta(days=1)).isoformat()}T{10 + place:02d}",
            outcome="not_home",
            note=note,
        )


def _send_back(survey: Survey, supervisor: User) -> None:
    """One interview that is nearly the same as another goes back with a note, as a supervisor would send it."""
    found = [
        one for one in review.interviews(survey, None) if one.by_phone and review.Flag("alike") in one.flags
    ]
    if found:
        compiled = authoring.compiled(authoring.version(survey, found[0].interview.version))
        asked = [name for name in ("a1", "a2", "b1") if name in review.askable(compiled)]
        note = "Nhiều câu giống hệt một phiếu khác. Đến lại hộ và hỏi lại các câu này."
        paused.send_back(survey, found[0], asked, note, by=supervisor)
