"""Photos and recordings as they are looked at: which interview names which, what has come, one opened, all of them.

For the researchers of a survey, by question and by nothing else: no household, no interview, no collaborator, no
day. Files lie sealed; each is opened in memory when it is asked for, and never written anywhere in the clear.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from survey_app.authoring import queries as authoring
from survey_app.authoring.files_asked import questions
from survey_app.collection import envelopes
from survey_app.collection.media import bodies
from survey_app.collection.models import Interview, MediaFile
from survey_app.collection.paused import link_key
from survey_app.db import db
from survey_app.problems import Problem
from survey_app.surveys.models import Survey

_INSTANCE = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Item:
    """A file that has come. question: its name, without the place in a repeat. sound: to be listened to."""

    id: str
    question: str
    sound: bool


@dataclass(frozen=True)
class Progress:
    """Of the files that one interview, or all of a survey, name: how many are still on phones."""

    missing: int
    total: int


@dataclass(frozen=True)
class Opened:
    """A file in the clear. question: what it answers."""

    question: str
    content: bytes
    media_type: str
    ending: str


def _complete(survey: Survey) -> dict[str, str]:
    """{id: hash} of the files that are here."""
    found = db.session.execute(
        select(MediaFile.id, MediaFile.sha256).where(MediaFile.survey_id == survey.id, MediaFile.complete)
    )
    return {row.id: row.sha256 for row in found}


def _named(survey: Survey) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(instance, path, {id, sha256, type}) of every file that the newest revision of an interview names."""
    if survey.anonymous:
        return
    rows = select(Interview.instance_id, Interview.media).where(
        Interview.survey_id == survey.id, Interview.latest
    )
    for row in db.session.execute(rows):
        for path, file in (row.media or {}).get("files", {}).items():
            yield row.instance_id, path, file


def progress(survey: Survey) -> dict[str, Progress]:
    """{instance: how many of its files are still on phones}; interviews without files are absent."""
    here = _complete(survey)
    counted: dict[str, list[bool]] = defaultdict(list)
    for instance_id, _, file in _named(survey):
        counted[instance_id].append(here.get(file["id"]) == file["sha256"])
    return {one: Progress(came.count(False), len(came)) for one, came in counted.items()}


def overall(found: dict[str, Progress]) -> Progress:
    """All of a survey together."""
    return Progress(sum(one.missing for one in found.values()), sum(one.total for one in found.values()))


def listed(survey: Survey) -> dict[str, list[Item]]:
    """{question: the files that answer it and have come}, each in the order of their random ids."""
    here = _complete(survey)
    items: dict[str, list[Item]] = defaultdict(list)
    for _, path, file in _named(survey):
        if here.get(file["id"]) == file["sha256"]:
            name = _bare(path)
            items[name].append(Item(file["id"], name, file["type"].startswith("audio/")))
    return {name: sorted(items[name], key=lambda item: item.id) for name in sorted(items)}


def _bare(path: str) -> str:
    return _INSTANCE.sub("", path).rsplit("/", 1)[-1]


def opened(survey: Survey, media_id: str) -> Opened:
    """A file for a researcher of the survey. Raises Problem: unknown, sealed for something else, or locked."""
    file = db.session.get(MediaFile, media_id)
    if file is None or file.survey_id != survey.id or not file.complete:
        raise Problem("request.not-found")
    private = envelopes.survey_key(link_key(survey))
    body = b"".join(bodies(file))
    for path in _paths(survey, file):
        bound = f"{survey.public_id}|{file.instance_id}|{path}".encode()
        try:
            content = envelopes.opened(body, private, bound, envelopes.MEDIA)
        except ValueError:
            continue
        return Opened(_bare(path), content, *_kind(content))
    raise Problem("collection.media-unreadable")


def _paths(survey: Survey, file: MediaFile) -> Iterator[str]:
    """What the file may answer: what its interviews say, then every question that asks for one."""
    rows = select(Interview.media).where(Interview.instance_id == file.instance_id)
    for told in db.session.scalars(rows):
        for path, one in (told or {}).get("files", {}).items():
            if one["id"] == file.id:
                yield path
    yield from questions(authoring.compiled(authoring.version(survey, file.version)))


def _kind(content: bytes) -> tuple[str, str]:
    """What the bytes are, by their own beginning: a sender's word is not trusted."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", "jpg"
    if content.startswith(b"\x1aE\xdf\xa3"):
        return "audio/webm", "webm"
    if content.startswith(b"OggS"):
        return "audio/ogg", "ogg"
    if content[4:8] == b"ftyp":
        return "audio/mp4", "m4a"
    if content.startswith(b"#!AMR"):
        return "audio/amr", "amr"
    if content[:1] == b"\xff":
        return "audio/mpeg", "mp3"
    return "application/octet-stream", "bin"


class _Sink(io.RawIOBase):
    """Takes what an archive writes, to be handed on piece by piece."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.waiting.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        found, self.waiting = b"".join(self.waiting), []
        return found


def archive(survey: Survey) -> Iterator[bytes]:
    """All listed files as a ZIP, one folder a question, named as the answers name them. One file in memory at a time.

    Those that can't be opened are named in `unreadable.txt`.
    """
    sink = _Sink()
    unreadable = []
    with zipfile.ZipFile(sink, "w") as packed:
        for name, items in listed(survey).items():
            for item in items:
                try:
                    found = opened(survey, item.id)
                except Problem:
                    unreadable.append(f"{name}/{item.id}")
                    continue
                # One date for all: an archive would otherwise tell when it was made, to the second.
                entry = zipfile.ZipInfo(f"{name}/{item.id}.{found.ending}", (1980, 1, 1, 0, 0, 0))
                packed.writestr(entry, found.content)
                yield sink.taken()
        if unreadable:
            packed.writestr(zipfile.ZipInfo("unreadable.txt"), "\n".join(unreadable) + "\n")
    yield sink.taken()
