"""Pictures, sound and other files. Stored: the file's name; the file itself travels beside the answers."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from questionnaires.model import Choice, Question
from questionnaires.types.base import Kind, QuestionType, Sample, Treatment, one_column

_FILE_NAME = re.compile(r"[^/\\\x00-\x1f]{1,200}\Z")


def check(value: str, question: Question, choices: Sequence[Choice]) -> str | None:
    return None if _FILE_NAME.match(value) else "answer.not-file-name"


def name_of(ending: str) -> Sample:
    """A simulated respondent's file: a name without a file behind it."""

    def sample(rng: random.Random, question: Question, choices: Sequence[Choice]) -> str:
        return f"mo-phong-{rng.randint(1, 9999):04d}.{ending}"

    return sample


_image = QuestionType(
    "image",
    Treatment.RENDERS,
    aliases=("photo", "q image", "q picture", "q photo", "picture", "add image prompt", "add photo prompt"),
    check=check,
    columns=one_column(Kind.FILE),
    sample=name_of("jpg"),
    parameters=("max-pixels", "app"),
    appearances=("new", "new-front"),
    note="At the door only, after the respondent's own yes, in a survey not declared anonymous: the phone's camera "
    "or a chosen picture, drawn anew (long side `max-pixels`, at most 1600) so that no EXIF or place stays.",
)
_audio = QuestionType(
    "audio",
    Treatment.RENDERS,
    aliases=("q audio", "add audio prompt"),
    check=check,
    columns=one_column(Kind.FILE),
    sample=name_of("m4a"),
    parameters=("quality",),
    note="As `image`: recorded by the phone (one channel, at most 3 minutes; `quality` low or voice-only for fewer "
    "bits), or chosen as a file, whose tags are blanked.",
)
_video = QuestionType(
    "video",
    Treatment.KEEPS,
    aliases=("q video", "add video prompt"),
    check=check,
    columns=one_column(Kind.FILE),
    note="Kept for other clients: too heavy for the phones and links of this platform.",
)
_file = QuestionType(
    "file",
    Treatment.RENDERS,
    aliases=("add file prompt",),
    check=check,
    columns=one_column(Kind.FILE),
    parameters=("max-size",),
    sample=name_of("jpg"),
    note="As `image`, chosen on the phone: a picture or a recording. Other kinds of file are refused, because what "
    "they tell beside the answer can't be taken out.",
)

TYPES = (_image, _audio, _video, _file)
