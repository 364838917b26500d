"""Notes: what could tell a person is found; the same vectors hold the phone's script."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from survey_app.collection.notes import LONGEST, personal, tidy

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "notes.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["text"][:30])
def test_the_rule_finds_what_the_vectors_say(vector: dict[str, object]) -> None:
    text = tidy(str(vector["text"]))
    assert (text, list(personal(text))) == (vector["tidy"], vector["found"])


def test_there_are_vectors_of_both_kinds() -> None:
    assert sum(bool(v["found"]) for v in VECTORS) >= 20
    assert sum(not v["found"] for v in VECTORS) >= 20


def test_marks_written_apart_are_the_same_letter() -> None:
    import unicodedata

    apart = unicodedata.normalize("NFD", "Gặp Nguyễn Văn An")
    assert personal(tidy(apart)) == ("Nguyễn Văn An",)


def test_a_long_note_takes_no_long_time() -> None:
    assert personal(tidy("1 - " * LONGEST)) != ()
    assert personal("a." * 5000) == ()
