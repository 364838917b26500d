"""Commands of the operator: `flask --app wsgi COMMAND`, or the Makefile's tasks."""

from __future__ import annotations

import getpass
import json
import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext
from flask_migrate import upgrade

from survey_app import certificates, jobs
from survey_app import serve as embedded
from survey_app import serve_https as over_https
from survey_app.accounts import queries as accounts
from survey_app.accounts import services as account_services
from survey_app.accounts.models import Area, Role
from survey_app.db import transaction
from survey_app.demo import services as demo
from survey_app.problems import Problem
from survey_app.surveys import queries as surveys
from survey_app.weighting import services as weighting

AREAS_FILE = Path(__file__).parent / "accounts" / "data" / "areas.csv"


def _stop(problem: Problem) -> None:
    click.echo(problem.message, err=True)
    sys.exit(2)


def _areas(codes: tuple[str, ...]) -> list[Area]:
    found = []
    for code in codes:
        area = accounts.area(code)
        if area is None:
            click.echo(f"There is no area {code}. Import the areas first: flask import-areas", err=True)
            sys.exit(2)
        found.append(area)
    return found


def _create(name: str, role: Role, codes: tuple[str, ...], password: str | None) -> None:
    password = password or getpass.getpass("Mật khẩu / Password: ")
    try:
        with transaction():
            account_services.create_user(name, password, role, _areas(codes))
    except Problem as problem:
        _stop(problem)
    click.echo(f"{role.value}: {name}")


@click.command("create-admin")
@click.argument("name")
@click.option("--password", help="Asked for when left out, so that it stays out of the shell's history.")
@with_appcontext
def create_admin(name: str, password: str | None) -> None:
    """Create the first administrator."""
    _create(name, Role.ADMIN, (), password)


@click.command("create-user")
@click.argument("name")
@click.argument("role", type=click.Choice([r.value for r in Role]))
@click.option(
    "--area", "areas", multiple=True, help="Code of an area in the person's scope; may be repeated."
)
@click.option("--password", help="Asked for when left out.")
@with_appcontext
def create_user(name: str, role: str, areas: tuple[str, ...], password: str | None) -> None:
    """Create an account with a role and areas."""
    _create(name, Role(role), areas, password)


@click.command("import-areas")
@click.argument("file", type=click.Path(exists=True, path_type=Path), default=AREAS_FILE)
@with_appcontext
def import_areas(file: Path) -> None:
    """Import areas from a CSV file; by default the provinces and communes since 1 July 2025."""
    try:
        with transaction():
            added = account_services.import_areas(file.read_text("utf-8-sig"))
    except Problem as problem:
        _stop(problem)
    click.echo(f"{added} areas added.")


@click.command("import-margins")
@click.argument("file", type=click.Path(exists=True, path_type=Path), required=False)
@with_appcontext
def import_margins(file: Path | None) -> None:
    """Import population margins from a CSV file; by default the published ones that come with the product."""
    try:
        with transaction():
            found = weighting.import_margins(file or weighting.MARGINS)
    except Problem as problem:
        _stop(problem)
    click.echo(f"{len(found.margins)} margins read, {len(found.left_out)} groups left out.")


@click.command("weigh")
@click.argument("survey")
@click.argument("recipe", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--keep", is_flag=True, help="Keep the run; else it is tried out only.")
@with_appcontext
def weigh(survey: str, recipe: Path, keep: bool) -> None:
    """Weight a survey (its public id) by a recipe file, as a run's page gives it; prints what each step did."""
    try:
        document = json.loads(recipe.read_text("utf-8-sig"))
    except ValueError as error:
        click.echo(f"{recipe}: {error}", err=True)
        sys.exit(2)
    found = surveys.by_public_id(survey)
    if found is None:
        click.echo(f"There is no survey {survey}.", err=True)
        sys.exit(2)
    try:
        with transaction():
            trial = None if keep else weighting.try_out(found, document)
            run = weighting.run(found, document) if keep else None
    except Problem as problem:
        _stop(problem)
    report = run.diagnostics if run else trial.report if trial else {}
    for line in report["steps"]:
        click.echo(f"{line['step']:<12} n_effective {line['n_effective']:>10.1f}  deff {line['deff']:.4f}")
    if run:
        click.echo(f"run {run.number} inputs {run.inputs_digest}")
    elif trial:
        click.echo(f"tried out, nothing kept; inputs {trial.inputs_digest}")


@click.command("simulate")
@click.argument("survey")
@click.option("--seed", default="demo", help="Same seed, same answers.")
@click.option(
    "--opinion", is_flag=True, help="Let non-response depend on opinion: what weighting can't mend."
)
@with_appcontext
def simulate(survey: str, seed: str, opinion: bool) -> None:
    """Fill the issued cases of a survey (its public id) with simulated fieldwork."""
    try:
        told = demo.simulate_survey(survey, seed=seed, opinion=opinion, progress=True)
    except Problem as problem:
        _stop(problem)
    click.echo(told)


@click.command("load-demo")
@with_appcontext
def load_demo() -> None:
    """Bring the database up to date and load the demo: three waves, accounts, two releases. Loads only once."""
    upgrade()
    try:
        demo.load(progress=True)
    except Problem as problem:
        _stop(problem)


@click.command("serve")
@click.option("--port", default=8000, show_default=True)
@click.option("--demo", "with_demo", is_flag=True, help="Print the demo's addresses and sign-ins.")
@with_appcontext
def serve(port: int, with_demo: bool) -> None:
    """Serve on 127.0.0.1 in the foreground, jobs included; Ctrl-C stops both."""
    sys.exit(embedded.serve(port, with_demo))


@click.command("serve-https")
@click.argument("hosts", nargs=-1)
@click.option("--port", default=8443, show_default=True)
@click.option("--bind", default="0.0.0.0", show_default=True, help="The address to listen on.")
@with_appcontext
def serve_https(hosts: tuple[str, ...], port: int, bind: str) -> None:
    """Serve phones of the local network by gunicorn with this machine's certificate; see collection/PHONE.md.

    HOSTS: further names or private addresses of this machine; by default those it finds.
    """
    sys.exit(over_https.serve(port, bind, hosts))


@click.command("make-certificate")
@click.argument("hosts", nargs=-1)
@with_appcontext
def make_certificate(hosts: tuple[str, ...]) -> None:
    """Make or renew this machine's certificate for HOSTS, and the authority to install on phones."""
    wanted = hosts or certificates.own_addresses()
    try:
        over_https.tell(certificates.make(over_https.folder(), wanted))
    except certificates.CertificateError as error:
        sys.exit(over_https.refuse(str(error)))


@click.command("work")
@with_appcontext
def work() -> None:
    """Run jobs in the foreground: beside gunicorn in production."""
    from flask import current_app

    current_app.extensions["jobs"].create_consumer(workers=jobs.WORKERS, periodic=True).run()


def init_app(app: Flask) -> None:
    for command in (
        create_admin,
        create_user,
        import_areas,
        import_margins,
        weigh,
        simulate,
        load_demo,
        serve,
        serve_https,
        make_certificate,
        work,
    ):
        app.cli.add_command(command)
