"""Facts about the interview that the device notes by itself, and those we refuse to note."""

from __future__ import annotations

from questionnaires.types.base import Kind, QuestionType, Treatment, one_column

_REFUSED = "Refused: identifies a device or a person beside the answers."

TYPES = (
    QuestionType(
        "start",
        Treatment.COMPUTES,
        aliases=("start time", "get start time"),
        asked=False,
        columns=one_column(Kind.DATE),
        note="When the interview was opened.",
    ),
    QuestionType(
        "end",
        Treatment.COMPUTES,
        aliases=("end time", "get end time"),
        asked=False,
        columns=one_column(Kind.DATE),
        note="When the interview was finished.",
    ),
    QuestionType(
        "today",
        Treatment.COMPUTES,
        aliases=("get today",),
        asked=False,
        columns=one_column(Kind.DATE),
        note="The day of the interview.",
    ),
    QuestionType(
        "audit",
        Treatment.KEEPS,
        asked=False,
        parameters=(
            "track-changes",
            "track-changes-reasons",
            "identify-user",
            "location-priority",
            "location-min-interval",
            "location-max-age",
        ),
        note="Our own paradata are always kept, without names or places; other clients follow the column.",
    ),
    QuestionType(
        "background-audio",
        Treatment.REFUSES,
        asked=False,
        parameters=("quality",),
        xforms=False,
        note="Refused: records a respondent without a question being asked.",
    ),
    QuestionType(
        "start-geopoint",
        Treatment.REFUSES,
        asked=False,
        xforms=False,
        note="Refused: an exact location beside the answers.",
    ),
    QuestionType(
        "background-geopoint",
        Treatment.REFUSES,
        asked=False,
        xforms=False,
        note="Refused: an exact location beside the answers.",
    ),
    QuestionType(
        "deviceid",
        Treatment.REFUSES,
        aliases=("imei", "device id", "get device id", "uri:deviceid"),
        asked=False,
        xforms=False,
        note=_REFUSED,
    ),
    QuestionType(
        "subscriberid",
        Treatment.REFUSES,
        aliases=("get subscriber id", "uri:subscriberid"),
        asked=False,
        xforms=False,
        note=_REFUSED,
    ),
    QuestionType(
        "simserial",
        Treatment.REFUSES,
        aliases=("sim id", "get sim id", "uri:simserial"),
        asked=False,
        xforms=False,
        note=_REFUSED,
    ),
    QuestionType(
        "phonenumber",
        Treatment.REFUSES,
        aliases=("phone number", "get phone number", "uri:phonenumber"),
        asked=False,
        xforms=False,
        note=_REFUSED,
    ),
    QuestionType(
        "username", Treatment.REFUSES, aliases=("uri:username",), asked=False, xforms=False, note=_REFUSED
    ),
    QuestionType(
        "email", Treatment.REFUSES, aliases=("uri:email",), asked=False, xforms=False, note=_REFUSED
    ),
)
