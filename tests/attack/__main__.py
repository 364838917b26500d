"""Attack the released results of a running server: `python -m tests.attack ADDRESS [--name NAME] [--releases 1,2]`.

ADDRESS: of a results page, http://127.0.0.1:8000/public/ID/ or …/results/ID/ (then sign in with --name; the
password is asked for, or read from DULUAN_PASSWORD). Exit 1 when a hidden share can be told to within 20
points, 2 when the pages can't be read.
"""

from __future__ import annotations

import argparse
import getpass
import http.cookiejar
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

from tests.attack.bounds import attack
from tests.attack.gather import gather

LEAST = 20.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--name")
    parser.add_argument("--releases", default="")
    given = parser.parse_args()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def fetch(address: str) -> str:
        with opener.open(address) as answer:
            return str(answer.read().decode())

    try:
        if given.name:
            _sign_in(opener, given.address, given.name)
        numbers = [int(n) for n in given.releases.split(",") if n] or _releases(fetch, given.address)
        loot = gather(fetch, given.address, numbers)
    except urllib.error.URLError as error:
        print(f"{given.address}: {error}", file=sys.stderr)
        return 2
    found = attack(loot)
    print(f"releases {numbers}: {loot.pages} pages and files, {len(loot.seen)} figures, {len(found)} hidden")
    for one in sorted(found, key=lambda one: one.width):
        place = one.place
        print(
            f"{one.width:5.1f} points [{one.low:.1f}, {one.high:.1f}] {place.topic} {place.arm} {place.by}"
            f" {place.group}: {place.answer} (release {place.release})"
        )
    return int(any(one.width < LEAST for one in found))


def _sign_in(opener: urllib.request.OpenerDirector, address: str, name: str) -> None:
    base = "{0.scheme}://{0.netloc}/sign-in".format(urllib.parse.urlsplit(address))
    page = opener.open(base).read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    password = os.environ.get("DULUAN_PASSWORD") or getpass.getpass("Mật khẩu / Password: ")
    form = {"name": name, "password": password, "csrf_token": token[1] if token else ""}
    opener.open(base, urllib.parse.urlencode(form).encode()).read()


def _releases(fetch: object, address: str) -> list[int]:
    """Every release that answers, from the first on."""
    found: list[int] = []
    while True:
        try:
            fetch(f"{address}method?release={len(found) + 1}")  # type: ignore[operator]
        except urllib.error.HTTPError:
            return found
        found.append(len(found) + 1)


if __name__ == "__main__":
    sys.exit(main())
