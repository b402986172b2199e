"""Makes the pictures in docs/images from the running product: ``.venv/bin/python docs/make_images.py``.

A stage as in the demo, the real bot, the playground's page, and Chromium without a window. Needs a Chromium
or Chrome on the PATH; nothing leaves this machine.
"""  # noqa: INP001 - a script, not a package

import base64
import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from websockets.sync.client import ClientConnection, connect

from bot.demo_stage import Stage
from playground import Person, Workspace, sample_attendees
from playground.script import NewCampaign, create_campaign, prepare_batches, start_batch_sending

Seen = TypeVar("Seen")

IMAGES = Path(__file__).with_name("images")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
PATIENCE = 60.0
ODD_LINES = """lena.meyer@example.com,Lena,Meyer,Nordlicht GmbH
Lena.Meyer@example.com,Lena,Meyer,Nordlicht GmbH
omar.haddad@example,Omar,Haddad,Atlas Travel
info@example.org,,,Harbour Foundation
"""


class Browser:
    """One page of Chromium, told what to do over its debugging protocol."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._numbers = itertools.count(1)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._line.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            said = json.loads(self._line.recv(timeout=PATIENCE))
            if said.get("id") == number:
                if "error" in said:
                    raise RuntimeError(said["error"]["message"])
                return dict(said["result"])

    def js(self, expression: str) -> Any:
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def show(self, url: str, width: int, height: int, *, until: str = "") -> None:
        """Open ``url``; return once ``until`` is a truthy expression there."""
        size = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        self.ask("Page.navigate", url=url)
        ready = f"document.readyState == 'complete' && !!({until or 'true'})"
        wait_until(lambda: self.js(ready))
        time.sleep(0.2)  # fonts and the dialog's backdrop

    def save(self, name: str, selector: str = "body", *, margin: int = 0) -> None:
        """The picture of what ``selector`` finds."""
        box = self.js(
            f"(() => {{ const b = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            " return [b.x, b.y, b.width, b.height]; })()"
        )
        left, top, width, height = box
        clip = {
            "x": max(left - margin, 0),
            "y": max(top - margin, 0),
            "width": width + 2 * margin,
            "height": height + 2 * margin,
            "scale": 1,
        }
        taken = self.ask("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        (IMAGES / name).write_bytes(base64.b64decode(taken["data"]))
        sys.stdout.write(f"docs/images/{name}\n")


@contextmanager
def browser() -> Iterator[Browser]:
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        sys.exit(f"No browser found. Install one of: {', '.join(BROWSERS)}")
    with tempfile.TemporaryDirectory(prefix="sendinvites-images-", ignore_cleanup_errors=True) as folder:
        port_file = Path(folder) / "DevToolsActivePort"
        process = subprocess.Popen(  # noqa: S603 - found on the PATH, fixed arguments
            [program, *QUIET, f"--user-data-dir={folder}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            port, path = wait_until(lambda: lines if len(lines := _words(port_file)) > 1 else None)
            with connect(f"ws://127.0.0.1:{port}{path}", max_size=None) as root:
                target = Browser(root).ask("Target.createTarget", url="about:blank")["targetId"]
                page = f"ws://127.0.0.1:{port}/devtools/page/{target}"
                with connect(page, max_size=None) as line:
                    yield Browser(line)
        finally:
            process.terminate()
            process.wait()


def _words(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def wait_until(is_so: Callable[[], Seen | None]) -> Seen:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if seen := is_so():
            return seen
        time.sleep(0.05)
    raise TimeoutError


def campaign(title: str, days: int, content: bytes, list_name: str = "attendees.csv") -> NewCampaign:
    return NewCampaign(
        title=title,
        starts_at=(datetime.now(UTC) + timedelta(days=days)).replace(hour=10, minute=30),
        minutes=60,
        place="https://meet.example.com/autumn",
        description="What is new, what is next, and a table for {{company|your team}}.",
        list_name=list_name,
        list_content=content,
    )


class Shoot:
    """Ana's afternoon: four campaigns, each at another point, with a picture of every screen."""

    def __init__(self, stage: Stage, camera: Browser) -> None:
        self.stage, self.camera = stage, camera
        self.workspace: Workspace = stage.workspace
        self.ana: Person = stage.workspace.person("ana")
        self.sample = sample_attendees().read_bytes()

    def modal(self, name: str, title: str) -> None:
        self.ana.wait_for_modal(title, timeout=PATIENCE)
        shown = f"document.querySelector('#modal h2')?.textContent == {json.dumps(title)}"
        self.camera.show(self.workspace.url, 900, 1_900, until=f"modal.open && {shown}")
        self.camera.js(
            "document.styleSheets[0].insertRule('dialog::backdrop { background: #fff !important }')"
        )
        self.camera.js("document.activeElement.blur()")
        self.camera.save(name, "#modal", margin=2)

    def message(self, name: str, title: str, words: str) -> None:
        """The message of this campaign in the channel, its thread unfolded."""
        self.ana.wait_for_message(title, channel="events", timeout=PATIENCE)
        page = f"{self.workspace.url}?channel=events"
        self.camera.show(page, 900, 1_600, until=f"room.innerText.includes({json.dumps(words)})")
        self.camera.js(
            f"const title = {json.dumps(title)};"
            "const meant = [...room.children].find(one => one.innerText.includes(title)); meant.id = 'meant';"
            "for (const one of meant.querySelectorAll('.thread')) one.open = true; meant.scrollIntoView();"
        )
        self.camera.save(name, "#meant")

    def run(self, new: NewCampaign, per_batch: str, gap: str) -> None:
        create_campaign(self.workspace, self.ana, new)
        prepare_batches(self.workspace, self.ana, per_batch=per_batch, gap=gap)
        start_batch_sending(self.workspace, self.ana)
        self.ana.close()


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with Stage(minute_lasts=60, rate_limits=None) as stage, browser() as camera:
        stage.start_bot()
        shoot = Shoot(stage, camera)
        paused_run(shoot)
        ended_run(shoot)
        run_under_way(shoot)
        forms(shoot)
        mails(shoot)


def paused_run(shoot: Shoot) -> None:
    """A run that paused because the account refused the login. First, while no connection is open yet."""
    shoot.stage.post.faults.refuse_logins(times=None)
    shoot.run(campaign("Team day", 14, shoot.sample), "40", "60")
    shoot.ana.wait_for_message("Paused", channel="events", timeout=PATIENCE)
    shoot.stage.alerts.wait_for(
        lambda: any("renew" in m.subject for m in shoot.stage.alerts.messages), PATIENCE
    )
    shoot.message("paused.png", "Team day", "Resume")
    shoot.stage.post.clear_faults()


def ended_run(shoot: Shoot) -> None:
    """A run that ended with failures: its thread."""
    post, title = shoot.stage.post, "Autumn product webinar"
    post.faults.refuse_recipients("chloe|dieter", 550, "5.1.1 The email account does not exist", times=2)
    post.faults.drop("after_dot", pattern="ana.gomez", times=1)
    shoot.run(campaign(title, 21, shoot.sample), "40", "0")
    shoot.ana.wait_for_message("Finished", channel="events", timeout=PATIENCE)
    shoot.workspace.wait_for(lambda: [file for file in shoot.workspace.files if file.shared_in], PATIENCE)
    shoot.message("failures.png", title, title)


def run_under_way(shoot: Shoot) -> None:
    """The progress message between two batches."""
    title = "Customer breakfast"
    shoot.run(campaign(title, 28, shoot.sample), "40", "60")
    shoot.ana.wait_for_message("40 of 120", channel="events", timeout=PATIENCE)
    shoot.message("progress.png", title, "40 of 120")


def forms(shoot: Shoot) -> None:
    """Every screen from the Campaign List to the press on Start."""
    ana = shoot.ana
    event = campaign("Partner meeting in Lisbon", 35, shoot.sample + ODD_LINES.encode(), "partners.csv")
    ana.type("/sendinvites", channel="events")
    ana.wait_for_modal("Campaign List")
    ana.press("New campaign")
    ana.wait_for_modal("New campaign")
    for label, value in (
        ("Title", event.title),
        ("Start date", f"{event.starts_at:%Y-%m-%d}"),
        ("Start time", f"{event.starts_at:%H:%M}"),
        ("Duration in minutes", "90"),
        ("Place or link", "Rua Augusta 12, Lisbon"),
        ("Description", event.description),
        ("Attendee list", (event.list_name, event.list_content)),
    ):
        ana.fill(label, value)
    shoot.modal("new-campaign.png", "New campaign")
    submit(ana)
    shoot.modal("campaign-ready.png", "Campaign ready")
    ana.press("Send Calendar Invite")
    shoot.modal("how-to-send.png", "Send Calendar Invite")
    ana.press("Send Invite in Batches")
    ana.wait_for_modal("Send in batches")
    ana.fill("Invites per Batch", "50")
    ana.fill("Time Gap Between Batches (in minutes)", "180")
    shoot.modal("send-in-batches.png", "Send in batches")
    submit(ana)
    shoot.modal("check-and-start.png", "Check and start")
    ana.close()
    ana.type("/sendinvites", channel="events")
    shoot.modal("campaign-list.png", "Campaign List")
    ana.press("Send Invite", near="Autumn product webinar")
    shoot.modal("send-invite.png", "Send Invite")
    ana.close()


def submit(person: Person) -> None:
    errors = person.submit()
    if errors:
        raise RuntimeError(str(errors))


def mails(shoot: Shoot) -> None:
    """An invite as it arrived, and the mails to the registered address."""
    with Workspace(mailbox=shoot.stage.post) as inbox:
        # a name in letters that every machine has a font for
        mail = next(
            m for m in shoot.stage.post.messages if m.message["To"].addresses[0].display_name.isascii()
        )
        shoot.camera.show(f"{inbox.url}inbox/{mail.number}", 1_100, 940)
        shoot.camera.save("invite.png", "main")
    for name, words in (
        ("confirmation.png", "processed"),
        ("failure-mail.png", "failed"),
        ("token-alert.png", "renew"),
    ):
        told = shoot.stage.alerts.wait_for(
            lambda words=words: [m for m in shoot.stage.alerts.messages if words in m.subject],  # type: ignore[misc]
            PATIENCE,
        )
        html = told[0].message.get_body(("html",))
        if html is None:
            raise RuntimeError(told[0].subject)
        page = shoot.stage.folder / "mail.html"
        page.write_text(html.get_content(), encoding="utf-8")
        shoot.camera.show(page.as_uri(), 700, 900)
        shoot.camera.save(name, "body")


if __name__ == "__main__":
    main()
