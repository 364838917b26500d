"""Kills, lost connections and restarts while interviews are made and sent, with any seed and size.

`make chaos SEED=n INTERVIEWS=n KILLS=n`, or `python -m tests.browser.chaos --seed 1 --interviews 60 --kills 20`.
A real Chromium with a real profile works against a real server with a real database. Interviews are made by
the app's own modules as fast as the phone can, some through the screen, page by page; meanwhile every process
of the browser is killed at seeded moments, requests lose their connection before, during and after the
server's commit, batches arrive twice at once, and the server is killed in mid-batch. At the end everything
that a screen had called finished must be on the server exactly once, byte for byte, and so must the recordings that
every third of them names. The last line is `finished=N received=N lost=0 doubled=0`, the one before it tells of the
files, whose losses and doubles count into the last; the exit status is 1 when something was lost or doubled.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.browser import support
from tests.conftest import PASSWORD
from tests.support import browser as browsers

SHARE = 0.3  # of the requests that send something
SCREEN_ROUNDS = 0.25  # of the rounds work through the screen
FILES_EVERY = 3  # one interview of so many names a recording
FILE_BYTES = 200_000  # of a recording before it is sealed: several pieces on their way
PATIENCE = 180  # seconds for everything to be sent at the end, and a quarter more for each interview

# The app's own modules, opened a second time beside the running app, on the same memory and the same lock.
MAKE = """
async ({ pin, user, count, tag, every, size }) => {
  const [store, vaults] = await Promise.all(
    ["store", "vault"].map((name) => import(`/static/js/collect/${name}.js`)));
  await store.open(user);
  store.useVault(await vaults.openVault(await store.meta("vault"), pin));
  const survey = (await store.meta("surveys"))[0];
  const rows = (await store.cases()).filter((row) => row.survey === survey.survey);
  const hashed = async (bytes) => {
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, "0")).join("");
  };
  // A recording as the app keeps one: sealed, and in a box to be listened to.
  const recorded = async (instance_id) => {
    const clear = new Uint8Array(size);
    for (let at = 0; at < size; at += 65536) crypto.getRandomValues(clear.subarray(at, at + 65536));
    const id = crypto.randomUUID();
    const bound = [survey.survey, instance_id, "voice"].join("|");
    const body = await vaults.envelope(clear, vaults.fromBase64(survey.envelope_key), bound, "media-v1");
    const sha256 = await hashed(body);
    await store.putMedia({ id, survey: survey.survey, version: survey.version, instance_id, body, sha256 }, clear);
    return { id, sha256, type: "audio/webm" };
  };
  for (let n = 0; n < count; n += 1) {
    const row = rows[Math.floor(Math.random() * rows.length)];
    const draft = { instance_id: crypto.randomUUID(), revision: 1, survey: survey.survey, version: survey.version,
      case: row.case, language: "vi", answers: {}, page: "p_household", preloaded: row.preloaded, seconds: {},
      backs: 0, seen: [] };
    for (const answers of [{ k7: "1" }, { k7: "1", age_ok: "1" }, { k7: "1", age_ok: "1", consent: "1" }]) {
      await store.putDraft({ ...draft, answers });
    }
    const voice = every && n % every === 0 ? await recorded(draft.instance_id) : null;
    const content = new TextEncoder().encode(JSON.stringify({ format: 1, language: "vi", outcome: "complete",
      answers: { k7: "1", age_ok: "1", consent: "1", a1: "96", a1_other: `${tag}-${n}` },
      preloaded: row.preloaded, paradata: {}, app: "chaos", ...(voice && { media: { voice } }) }));
    const bound = [survey.survey, survey.version, draft.instance_id, 1].join("|");
    const body = await vaults.envelope(content, vaults.fromBase64(survey.envelope_key), bound);
    const sha256 = await hashed(body);
    await store.finish({ instance_id: draft.instance_id, revision: 1, survey: survey.survey,
      version: survey.version, case: row.case, media_type: "application/vnd.duluan.envelope", body, sha256,
      finished_on: "2026-11-22" },
      { id: crypto.randomUUID(), case: row.case, made_at: "2026-11-22T09", outcome: "complete",
        appointment: null, closes: false }, new Set(voice ? [voice.id] : []));
    await finished(draft.instance_id, sha256, voice?.id ?? "", voice?.sha256 ?? "");
  }
}
"""


class Server:
    """The faulty server as a process, on one port for the whole run."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder, seed
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen[str] | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, share: float, *fault: str) -> None:
        """share: of the sending requests that meet a fault. fault: names and times, as `faulty_server` takes them."""
        self.seed += 1
        arguments = [str(self.folder), str(self.port), str(self.seed), str(share), *fault]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.faulty_server", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        if self.process.stdout.readline().strip() != "ready":
            raise RuntimeError("the server did not start")

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()


class Phone:
    """A Chromium with a profile of its own, which can be killed like a phone whose battery dies."""

    def __init__(self, playwright: Any, folder: Path, record: Any) -> None:
        self.playwright, self.folder, self.record = playwright, folder, record
        self.context: Any = None
        self.page: Any = None
        self.cookies: list[Any] = []

    def start(self, base: str) -> None:
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder),
            executable_path=browsers.executable(),
            args=browsers.ARGUMENTS,
            viewport={"width": 360, "height": 740},
            locale="vi-VN",
        )
        self.context.expose_binding("finished", lambda _source, *told: self.record(*told))
        # Chromium writes cookies half a minute late; a phone in use for a day has them on its disk.
        if self.cookies:
            self.context.add_cookies(self.cookies)
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.base = base

    def unlock(self) -> None:
        self.page.goto(f"{self.base}/collect/")
        support.enter_pin(self.page)
        self.page.wait_for_selector(".send, [data-page]")

    def kill(self) -> None:
        """SIGKILL to every process that was started with this profile."""
        mark = str(self.folder).encode()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError, ProcessLookupError):
                    if mark in (entry / "cmdline").read_bytes():
                        os.kill(int(entry.name), signal.SIGKILL)
        with contextlib.suppress(Exception):
            self.context.close()

    def close(self) -> None:
        self.context.close()


def _begin_work(page: Any, user: int, count: int, tag: str) -> None:
    """Start making interviews in the page without waiting for them."""
    told = json.dumps(
        {
            "pin": support.PIN,
            "user": user,
            "count": count,
            "tag": tag,
            "every": FILES_EVERY,
            "size": FILE_BYTES,
        }
    )
    page.evaluate(f"() => {{ window.work = ({MAKE})({told}); }}")


def _work_on_screen(page: Any, until: float) -> None:
    """One interview through the screen, page by page, until time is up."""
    with contextlib.suppress(Exception):
        page.set_default_timeout(1500)
        if page.locator("[data-at=aided]").count():
            support.read_aloud(page)
        if not page.locator("[data-page]").count():
            support.begin(page)
            support.agree(page)
        while time.monotonic() < until:
            radios = page.locator("input[type=radio]:visible")
            if radios.count():
                radios.nth(random.randrange(radios.count())).check()
            page.click(".next")
            if page.locator("[data-at=aided]").count():
                support.read_aloud(page)


def _wait_until_sent(page: Any, interviews: int) -> None:
    end = time.monotonic() + PATIENCE + interviews / 4
    page.evaluate("location.hash = '#/'")
    page.wait_for_selector(".send")
    while time.monotonic() < end:
        with contextlib.suppress(Exception):
            page.get_by_role("button", name="Gửi và cập nhật").click(timeout=2000)
        if page.get_by_role("button", name="Đăng nhập").is_visible():
            page.get_by_role("button", name="Đăng nhập").click()
            page.fill("input[name=name]", "ctv")
            page.fill("input[name=password]", PASSWORD)
            page.click("main button")
            support.enter_pin(page)
            page.wait_for_selector(".send")
        page.wait_for_timeout(1000)
        if "Đã gửi hết" in page.locator(".send").inner_text():
            return
    locks = page.evaluate("navigator.locks.query().then(JSON.stringify)")
    raise RuntimeError(f"not everything was sent in time: {page.locator('.send').inner_text()} {locks}")


def _asked() -> str:
    """The demo questionnaire with one question more, answered by a recording."""
    lines = [line for line in support.DEMO.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    columns = lines[1].split("|")[2:-1]
    cells = {"type": "audio", "name": "voice", "label::Tiếng Việt (vi)": "Xin ghi âm một lời"}
    row = "| | " + " | ".join(cells.get(column.strip(), "") for column in columns) + " |"
    return "\n".join([*lines[: lines.index("| choices |")], row, *lines[lines.index("| choices |") :]])


def _received_files(folder: Path) -> dict[str, str]:
    """{file: hash of the stored pieces together} of those that the server calls complete."""
    from survey_app.collection import media
    from survey_app.collection.models import MediaFile
    from survey_app.db import db
    from tests.conftest import make_app

    app = make_app(folder, f"sqlite:///{folder / 'field.sqlite3'}")
    with app.app_context():
        files = db.session.query(MediaFile).filter_by(complete=True)
        return {file.id: hashlib.sha256(b"".join(media.bodies(file))).hexdigest() for file in files}


def _received(folder: Path) -> tuple[dict[str, str], Counter[str], int]:
    """({instance: hash of the stored bytes}, how often each content is there, conflicts)."""
    from survey_app.collection.models import Conflict, Submission
    from survey_app.collection.services import _content
    from survey_app.db import db
    from survey_app.surveys.models import Survey
    from tests.conftest import make_app

    app = make_app(folder, f"sqlite:///{folder / 'field.sqlite3'}")
    with app.app_context():
        survey = db.session.query(Survey).one()
        stored: dict[str, str] = {}
        contents: Counter[str] = Counter()
        for row in db.session.query(Submission):
            stored[row.instance_id] = hashlib.sha256(row.body).hexdigest()
            read = json.loads(_content(row, survey))
            if read["app"] == "chaos":
                contents[read["answers"]["a1_other"]] += 1
        return stored, contents, db.session.query(Conflict).count()


@contextlib.contextmanager
def _playwright(given: Any) -> Iterator[Any]:
    if given is not None:
        yield given
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


def run(
    seed: int, interviews: int, kills: int, *, playwright: Any = None, say: Any = print
) -> tuple[int, int, int, int]:
    """(finished, received, lost, doubled)."""
    browsers.executable()  # looked for before Playwright is in charge of this thread
    chance = random.Random(seed)
    finished: dict[str, str] = {}
    files: dict[str, str] = {}

    def record(instance: str, sha: str, file: str, file_sha: str) -> None:
        finished[instance] = sha
        if file:
            files[file] = file_sha

    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
        _playwright(playwright) as started,
    ):
        folder = support.build(Path(scratch) / "field", _asked(), anonymous=False)
        server = Server(folder, seed)
        server.start(SHARE)
        phone = Phone(started, Path(scratch) / "profile", record)
        try:
            phone.start(server.base)
            support.sign_in(phone.page, server.base)
            phone.cookies = phone.context.cookies()
            user = phone.page.evaluate("fetch('/collect/session').then((r) => r.json()).then((s) => s.id)")
            restart_at = {max(1, kills // 3), max(2, 2 * kills // 3)}
            for kill in range(1, kills + 1):
                wanted = max(1, (interviews - len(finished)) // max(1, kills - kill + 1))
                until = time.monotonic() + chance.uniform(0.1, 1.2)
                _begin_work(phone.page, user, 3 * wanted if kill < kills else wanted, f"{seed}-{kill}")
                if chance.random() < SCREEN_ROUNDS:
                    _work_on_screen(phone.page, until)
                else:
                    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
                    phone.page.wait_for_timeout(max(1, (until - time.monotonic()) * 1000))
                if kill in restart_at:
                    server.kill()
                phone.kill()
                if kill in restart_at:
                    server.start(SHARE)
                say(f"kill {kill}/{kills}: {len(finished)} finished")
                if kill == kills:
                    phone.cookies = []  # at the end the session is gone too
                phone.start(server.base)
                phone.unlock()
            while len(finished) < interviews:
                _begin_work(
                    phone.page, user, interviews - len(finished), f"{seed}-{kills + 1}-{len(finished)}"
                )
                phone.page.evaluate("window.work")
                say(f"{len(finished)} finished")
            _wait_until_sent(phone.page, len(finished))
            phone.close()
        finally:
            phone.kill()
            server.kill()
        stored, contents, conflicts = _received(folder)
        kept = _received_files(folder)
    arrived, missing = (
        sum(one in kept for one in files),
        sum(kept.get(one) != sha for one, sha in files.items()),
    )
    say(f"files: finished={len(files)} received={arrived} lost={missing}")
    whole = judge(finished, stored, contents, conflicts)
    # A file is doubled when a second one holds the same sealed bytes: no two are ever sealed alike.
    return whole[0], whole[1], whole[2] + missing, whole[3] + len(kept) - len(set(kept.values()))


def judge(
    finished: Mapping[str, str], stored: Mapping[str, str], contents: Mapping[str, int], conflicts: int
) -> tuple[int, int, int, int]:
    """(finished, received, lost, doubled). finished, stored: {instance: hash}. contents: {content: times}."""
    lost = sum(stored.get(instance) != sha for instance, sha in finished.items())
    doubled = sum(count - 1 for count in contents.values()) + conflicts
    return len(finished), sum(instance in stored for instance in finished), lost, doubled


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--interviews", type=int, default=60)
    parser.add_argument("--kills", type=int, default=20)
    given = parser.parse_args(arguments)
    if browsers.executable() is None:
        print(f"A browser is missing: {browsers.HOW}")
        return 2
    finished, received, lost, doubled = run(given.seed, given.interviews, given.kills)
    print(f"finished={finished} received={received} lost={lost} doubled={doubled}")
    return 1 if lost or doubled else 0


if __name__ == "__main__":
    sys.exit(main())
