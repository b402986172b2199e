"""The command line. Everything heavy is imported by the command that needs it: --help stays quick."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from campaigns.account import Service

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    help="Send calendar invites to an attendee list in batches, from Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(help="The keys that seal secrets in the database.", no_args_is_help=True)
app.add_typer(keys, name="keys")
attendees = typer.Typer(help="The attendee lists of campaigns.", no_args_is_help=True)
app.add_typer(attendees, name="attendees")


def main() -> None:
    """The console script. A person sees what is wrong and what to do, never a traceback."""
    from campaigns.errors import SendInvitesError  # noqa: PLC0415 - see above

    try:
        app()
    except SendInvitesError as error:
        typer.secho(error.message, fg="red", err=True)
        if error.hint:
            typer.echo(error.hint, err=True)
        sys.exit(2)


@app.command()
def serve() -> None:
    """Run the bot with the settings of the environment and .env."""
    from bot.wiring import build  # noqa: PLC0415

    settings = _settings()
    build(settings).run()


@app.command()
def doctor() -> None:
    """Check settings, database, mail accounts and Slack, and say what to do about what is wrong."""
    from bot.doctor import examine  # noqa: PLC0415

    findings = examine(_settings())
    for finding in findings:
        typer.secho(
            f"{'ok  ' if finding.is_fine else 'FAIL'}  {finding.what}", fg=None if finding.is_fine else "red"
        )
        if finding.advice:
            typer.echo(f"      {finding.advice}")
    sys.exit(0 if all(finding.is_fine for finding in findings) else 1)


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema. `serve` does this by itself."""
    from bot.upkeep import migrate_database  # noqa: PLC0415

    migrate_database(_settings())
    typer.echo("The database is up to date.")


@app.command(name="settings")
def print_settings() -> None:
    """Print .env.example: every setting with its meaning."""
    from bot.env_example import env_example  # noqa: PLC0415

    typer.echo(env_example(), nl=False)


@keys.command()
def new() -> None:
    """Print a fresh key for SECRET_KEYS."""
    from storage.vault import new_key  # noqa: PLC0415

    typer.echo(new_key())


@keys.command()
def rotate() -> None:
    """Seal every secret in the database anew under the first key of SECRET_KEYS."""
    from bot.upkeep import rotate_keys  # noqa: PLC0415

    typer.echo(f"Sealed {rotate_keys(_settings())} secrets anew. Older keys can leave SECRET_KEYS now.")


@attendees.callback()
def of_a_running_bot() -> None:
    """The attendee lists of campaigns, through the HTTP interface of a bot that runs."""


@attendees.command(name="add")
def add_attendees(
    campaign: Annotated[int, typer.Argument(help="The number of the campaign, as Slack shows it.", min=1)],
    *,
    email: Annotated[str, typer.Option(help="The address of one person.")] = "",
    name: Annotated[str, typer.Option(help="Their name.")] = "",
    file: Annotated[Path | None, typer.Option(help="A list of people, CSV or Excel.")] = None,
    url: Annotated[
        str, typer.Option(help="Where the bot answers.", envvar="PUBLIC_URL")
    ] = "http://127.0.0.1:3000",
) -> None:
    """Put people on a campaign's list. Shows the bot the API_TOKEN of the environment.

    Ends with 0 if everybody is on the list now, with 1 if some could not be added, and with 2 if it stopped.
    """
    from bot.attendees import ListFile, add, in_file, one_person  # noqa: PLC0415

    listed = in_file(file) if file else ListFile([])
    if listed.remark:
        typer.echo(listed.remark)
    people = [*([one_person(email, name)] if email else []), *listed.people]
    tally = add(campaign, people, url=url, token=os.environ.get("API_TOKEN", ""))
    known = f" {tally.known:,} were on it already." if tally.known else ""
    typer.echo(f"{tally.added:,} added to the list.{known}")
    if tally.left_out:
        typer.echo(f"Left out, for the list has no such column: {', '.join(tally.left_out)}.")
    if tally.never_invited:
        typer.echo(f"{tally.never_invited:,} are on a never-invite list and get nothing.")
    if tally.said:
        typer.echo(tally.said)
    for line in tally.not_added:
        typer.echo(line, err=True)
    sys.exit(1 if tally.not_added else 0)


@app.command()
def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="Do the main job in this terminal and end.")] = False,
    attendees: Annotated[
        Path | None,
        typer.Option(
            help="The list to invite, CSV or Excel. Default: 120 made-up people (microsoft365: 40)."
        ),
    ] = None,
    per_batch: Annotated[str, typer.Option(help="Invites per Batch.")] = "30",
    gap: Annotated[str, typer.Option(help="Time Gap Between Batches, in minutes.")] = "1",
    minute_lasts: Annotated[
        float, typer.Option(min=0.01, max=60, help="Seconds a minute lasts in this demo.")
    ] = 3.0,
    outbox: Annotated[
        Path | None, typer.Option(help="Where every received mail is written, one .eml each.")
    ] = None,
    port: Annotated[int, typer.Option(help="Port of the page; 0: any free one.")] = 0,
    service: Annotated[
        Service | None,
        typer.Option(help="Ana connects her own account there first. Default: an account of the settings."),
    ] = None,
) -> None:
    """Run the real bot against a workspace and a mail server on this machine. Needs no account."""
    from bot.demo import Wishes, run_once, serve_page  # noqa: PLC0415

    if once:
        sys.exit(run_once(Wishes(attendees, per_batch, gap, minute_lasts, outbox, service)))
    serve_page(minute_lasts=minute_lasts, port=port, service=service)


def _settings() -> "Settings":
    from bot.logs import configure_logs, log_the_uncaught  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    log_the_uncaught()
    configure_logs(level=settings.log_level, form=settings.log_format, secrets=settings.secrets)
    return settings
