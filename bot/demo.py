"""``sendinvites demo``: the main job on this machine, in the terminal or in a browser."""

import json
import re
import signal
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.demo_connect import connect_account, how_to_connect
from bot.demo_stage import Stage
from bot.demo_summary import Summary, summarise
from campaigns.account import Service
from campaigns.answer import Said
from campaigns.errors import ConfigError
from campaigns.model import Run, RunState
from playground import sample_attendees
from playground.records import Message
from playground.script import NewCampaign, Refused, create_campaign, prepare_batches, start_batch_sending
from playground.script_answers import answer_for_everybody
from storage.store import SqlStore
from storage.vault import Vault

_LOOK = 0.5
_NOTICES = 60.0
_FEWER = 40
"""People on the list of a demo over Microsoft 365: its 30 a minute are counted in real minutes."""
_BREAKABLE = """
Under [bold]Break things[/], at the side of the page, you can
  expire the mail account's token, and renew it
  refuse the next 5 addresses
  make the mail server slow, let it hang up after an invite, or shut it down
  restart the bot, or kill it in the middle of a batch
and undo it all with [bold]All well again[/].
"""
_OVER = (RunState.FINISHED, RunState.STOPPED)


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of ``demo --once``, as typed."""

    attendees: Path | None
    per_batch: str
    gap: str
    minute_lasts: float
    outbox: Path | None
    service: Service | None = None


def run_once(wishes: Wishes) -> int:
    """Do the main job and print what came of it; 0 only if everyone was sent."""
    console = Console(highlight=False)
    summary = Summary()
    try:
        list_name, content = attendee_list(wishes.attendees, wishes.service)
        with Stage(minute_lasts=wishes.minute_lasts, service=wishes.service) as stage:
            stage.start_bot()
            console.print(
                f"Slack stand-in at {stage.workspace.url}  mail server at 127.0.0.1:{stage.post.port}"
            )
            if stage.provider is not None:
                console.print(f"Its provider's stand-in at {stage.provider.base_url}")
            try:
                summary = _main_job(stage, wishes, list_name, content, console)
            finally:
                _write_outbox(stage, wishes.outbox, console)
    except Refused as refused:
        _say_no(console, "Not sent.", f" {refused}")
    except ConfigError as error:
        _say_no(console, error.message, f"\n{error.hint}")
    except TimeoutError as error:
        _say_no(console, "Something that should have happened did not.", f"\n{error}")
    # plain print: rich would wrap the line at the terminal's width
    print(json.dumps(summary.as_json()))  # noqa: T201
    return 0 if summary.everyone_was_sent else 1


def serve_page(*, minute_lasts: float, port: int, service: Service | None = None) -> None:
    """Open the workspace's page and keep everything running until Ctrl+C."""
    console = Console(highlight=False)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    with Stage(minute_lasts=minute_lasts, port=port, service=service) as stage:
        stage.start_bot()
        url = stage.workspace.url
        if service is not None:
            console.print(f"First connect an account: open {url}, Home, [bold]Email services[/].")
            console.print(how_to_connect(stage), soft_wrap=True)
        console.print(f"Open [bold]{url}[/] and type [bold]/sendinvites[/] in #events.", soft_wrap=True)
        console.print(f"Every invite, answer and alert mail: [bold]{url}inbox[/]", soft_wrap=True)
        console.print(_BREAKABLE)
        console.print(f"A minute lasts {minute_lasts:g} s here. The bot's log: {stage.log}", soft_wrap=True)
        console.print("Ctrl+C ends it; nothing leaves this machine.")
        over.wait()


def attendee_list(path: Path | None, service: Service | None) -> tuple[str, bytes]:
    """Its name and content. Raises ConfigError."""
    chosen = path or sample_attendees()
    try:
        content = chosen.read_bytes()
    except OSError as error:
        raise ConfigError(f"{chosen} cannot be read: {error.strerror}.", hint="Check the path.") from error
    if path is None and service is Service.MICROSOFT_365:
        content = b"".join(content.splitlines(keepends=True)[: 1 + _FEWER])
    return chosen.name, content


def _main_job(stage: Stage, wishes: Wishes, list_name: str, content: bytes, console: Console) -> Summary:
    ana = stage.workspace.person("ana")
    if stage.service is not None:
        console.print("\n[bold]Ana opens Email services and connects her account[/]")
        _say(console, connect_account(stage, ana))
    starts_at = (datetime.now(UTC) + timedelta(days=21)).replace(hour=10, minute=30)
    campaign = NewCampaign(
        title="Autumn product webinar",
        starts_at=starts_at,
        minutes=60,
        place="https://meet.example.com/autumn",
        description="What is new, what is next, and time for your questions.",
        list_name=list_name,
        list_content=content,
    )
    console.print("\n[bold]Ana types /sendinvites in #events and makes a campaign[/]")
    _say(console, create_campaign(stage.workspace, ana, campaign))
    console.print("\n[bold]Send Invite in Batches[/]")
    _say(console, prepare_batches(stage.workspace, ana, per_batch=wishes.per_batch, gap=wishes.gap))
    console.print("\n[bold]Start Batch Sending[/]")
    pressed_at = start_batch_sending(stage.workspace, ana)
    store = SqlStore(stage.database_url, Vault([stage.settings["SECRET_KEYS"]]))
    try:
        run = _follow(stage, store, console)
        ended_at = time.monotonic()
        _wait_for_notices(stage, store)
        summary = summarise(store, run, stage.post, pressed_at=pressed_at, ended_at=ended_at)
        console.print("\n[bold]The attendees answer[/]")
        return replace(summary, answers=_let_everybody_answer(stage, store, run, console))
    finally:
        store.close()


def _follow(stage: Stage, store: SqlStore, console: Console) -> Run:
    """Print the progress message whenever it changes, until the run is over or waits for a person."""
    shown = ""
    while True:
        message = _progress_message(stage)
        said = _as_line(message) if message else ""
        if said != shown:
            _say(console, said)
            shown = said
        run = _latest_run(store)
        if run.state in _OVER or (run.state is RunState.PAUSED and run.resume_at is None):
            return run
        if not stage.has_bot():
            raise ConfigError("The bot ended before the run did.", hint=stage.last_words)
        seen = len(stage.workspace.calls)
        try:
            stage.workspace.wait_for(lambda seen=seen: len(stage.workspace.calls) > seen, _LOOK)  # type: ignore[misc]
        except TimeoutError:
            continue


def _let_everybody_answer(stage: Stage, store: SqlStore, run: Run, console: Console) -> dict[str, int]:
    """Print what they answer, and what the bot has read of it once it has looked; the latter is returned."""
    tally = answer_for_everybody(stage.post, stage.calendars)
    _say(console, tally.words())
    answered = sum(tally.counts[said] for said in Said)
    until = time.monotonic() + _NOTICES
    while True:
        with store.reading() as work:
            counts = work.answers.counts([run.campaign_id])[run.campaign_id]
            came_back = work.runs.progress(run.id).counts.bounced
        is_all_read = counts.answered >= answered and came_back >= tally.counts["bounced"]
        if is_all_read or time.monotonic() > until:
            break
        time.sleep(_LOOK)
    _say(
        console,
        f"The bot has read: {counts.accepted} yes, {counts.tentative} maybe, {counts.declined} no, "
        f"{came_back} came back",
    )
    return {
        "accepted": counts.accepted,
        "tentative": counts.tentative,
        "declined": counts.declined,
        "bounced": came_back,
    }


def _latest_run(store: SqlStore) -> Run:
    with store.reading() as work:
        run = work.runs.latest(1)
    if run is None:
        raise ConfigError("The run was not stored.", hint="This is a defect of the demo.")
    return run


def _progress_message(stage: Stage) -> Message | None:
    with_progress = [m for m in stage.workspace.person("ana").read("events") if "started by" in m.plain()]
    return with_progress[0] if with_progress else None


def _as_line(message: Message) -> str:
    lines = [line.strip() for line in message.plain().splitlines()]
    return "  ".join(line for line in lines[1:] if "█" in line or "sent" in line or line.startswith("Batch"))


def _wait_for_notices(stage: Stage, store: SqlStore) -> None:
    """The confirmation, and the failure list if there is one, have been told in Slack and by mail."""
    until = time.monotonic() + _NOTICES
    while time.monotonic() < until:
        with store.reading() as work:
            if work.notices.next_due_at() is None:
                return
        seen = len(stage.alerts)
        try:
            stage.alerts.wait_for(lambda seen=seen: len(stage.alerts) > seen, _LOOK)  # type: ignore[misc]
        except TimeoutError:
            continue


_DATE = re.compile(r"<!date\^\d+\^[^|>]*\|([^>]*)>")
_CHANNEL = re.compile(r"<#(\w+)(?:\|[^>]*)?>")


def _say(console: Console, words: str) -> None:
    """What the screen says, with Slack's markup read as its client would read it."""
    words = _DATE.sub(r"\1", words)
    words = _CHANNEL.sub("#events", words).replace("*", "")
    console.print(words, markup=False, soft_wrap=True)


def _say_no(console: Console, lead: str, rest: str) -> None:
    """What was refused, word for word: a list may hold brackets that rich would read as its markup."""
    console.print(Text("\n").append(lead, style="bold red").append(rest), soft_wrap=True)


def _write_outbox(stage: Stage, outbox: Path | None, console: Console) -> None:
    if outbox is None:
        return
    invites = stage.post.write_to(outbox, lambda mail: stage.organizer not in mail.recipients)
    answers = stage.post.write_to(outbox / "answers", lambda mail: stage.organizer in mail.recipients)
    notices = stage.alerts.write_to(outbox / "notices")
    said = (
        f"\n{len(invites)} invites in {outbox}, {len(answers)} answers in {outbox / 'answers'}, "
        f"{len(notices)} notices in {outbox / 'notices'}"
    )
    console.print(said, markup=False, soft_wrap=True)
