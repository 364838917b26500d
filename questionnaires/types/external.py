"""Rows that bring in data from a file, and types of other tools' dialects."""

from __future__ import annotations

from questionnaires.types.base import QuestionType, Treatment

_SURVEYCTO = "A SurveyCTO type; left out, because nothing outside SurveyCTO understands it."

TYPES = (
    QuestionType(
        "csv-external",
        Treatment.KEEPS,
        asked=False,
        note="A CSV file for `instance()`; the file is given with the workbook.",
    ),
    QuestionType("xml-external", Treatment.KEEPS, asked=False, note="Kept for other clients."),
    QuestionType("osm", Treatment.KEEPS, note="OpenStreetMap tagging; kept for other clients."),
    *(
        QuestionType(name, Treatment.REFUSES, asked=False, xforms=False, note=_SURVEYCTO)
        for name in (
            "caseid",
            "calculate_here",
            "comments",
            "enumerator",
            "text audit",
            "audio audit",
            "speed violations count",
            "speed violations list",
            "speed violations audit",
            "sensor_statistic",
            "sensor_stream",
        )
    ),
)
