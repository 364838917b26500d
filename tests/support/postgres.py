"""A throwaway PostgreSQL cluster for the tests: found through the environment, else made and removed."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOW = "apt-get install -y --no-install-recommends postgresql   (or set DULUAN_TEST_PG_URL)"


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl: Debian keeps it out of PATH."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return candidates[-1].parent if candidates else None


def available() -> bool:
    return bool(os.environ.get("DULUAN_TEST_PG_URL")) or binaries() is not None


def install() -> bool:
    """Where we are root on Debian, fetch the server; True when it is there afterwards."""
    if available():
        return True
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    command = [
        "apt-get",
        "-o",
        "DPkg::Lock::Timeout=600",
        "install",
        "-y",
        "--no-install-recommends",
        "postgresql",
    ]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=environment, capture_output=True, timeout=600, check=False)
    return available()


@contextmanager
def cluster(durable: bool = False) -> Iterator[str]:
    """Start a cluster on a socket of its own; yields an SQLAlchemy address that ends in the database's name.

    durable: commit as a real server does, through to the disk (benchmarks); tests go without, for speed.
    """
    given = os.environ.get("DULUAN_TEST_PG_URL")
    if given:
        yield given
        return
    folder = binaries()
    if folder is None:
        raise RuntimeError(f"PostgreSQL is missing: {HOW}")
    with tempfile.TemporaryDirectory(prefix="duluan-pg-") as name:
        home = Path(name)
        data = home / "data"
        owner: list[str] = []
        if os.geteuid() == 0:
            # initdb refuses root; Debian's package brings the account.
            shutil.chown(home, "postgres")
            owner = ["runuser", "-u", "postgres", "--"]
        home.chmod(0o755)

        def run(*command: str) -> None:
            done = subprocess.run([*owner, *command], cwd="/", capture_output=True, text=True, timeout=120)
            if done.returncode:
                raise RuntimeError(f"{command[0]}: {done.stderr or done.stdout}")

        user = "postgres" if owner else getpass.getuser()
        run(
            str(folder / "initdb"),
            "-D",
            str(data),
            "-U",
            user,
            "-A",
            "trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        options = f"-k {home} -c listen_addresses='' -c max_connections=60"
        if not durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        run(str(folder / "pg_ctl"), "-D", str(data), "-l", str(home / "log"), "-o", options, "-w", "start")
        try:
            yield f"postgresql+psycopg://{user}@/postgres?host={home}"
        finally:
            run(str(folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
