"""Somebody at a browser, who finds things by what is written on them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from tests.integration.scene import Scene, everybody

BATCHES = "Invites per Batch"
GAP = "Time Gap Between Batches (in minutes)"
MOST_TABS = 80


@dataclass(frozen=True, slots=True)
class Way:
    """What is written on the screens from the two choices to a started run."""

    title: str
    choose: str
    form: str
    start: str
    begun: str


UPDATE = Way(
    "Update Calendar Invites",
    "Update in Batches",
    "Update in batches",
    "Start Batch Sending",
    "Sending has started",
)
REMIND = Way("Remind", "Remind in Batches", "Remind in batches", "Start reminding", "Reminding has started")
CANCEL = Way(
    "Cancel event", "Cancel in Batches", "Cancel in batches", "Start cancelling", "Cancelling has started"
)


class Desk:
    """The page of the workspace; ``sit_down`` says as whom."""

    def __init__(self, page: Page, scene: Scene) -> None:
        self.page = page
        self.scene = scene

    def sit_down(self, person: str = "ana", channel: str = "events") -> None:
        self.page.goto(f"{self.scene.workspace.url}?as={person}&channel={channel}")

    def go_home(self) -> Locator:
        """The Home tab of the app, once it shows the Campaign List."""
        self.sit_down(channel="home")
        home = self.page.get_by_role("main")
        expect(home.get_by_role("heading", name="Campaign List")).to_be_visible()
        return home

    def tab_to(self, wanted: Locator) -> None:
        """Press Tab until ``wanted`` has the focus, as somebody without a mouse does."""
        expect(wanted).to_be_visible()
        for _ in range(MOST_TABS):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never came to {wanted}")

    def fits(self) -> None:
        """Nothing on the page is wider than the window."""
        widths = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert widths[0] <= widths[1]

    def say(self, line: str) -> None:
        """Type a line into the composer and send it."""
        self.page.get_by_role("combobox", name="Message").fill(line)
        self.page.locator("#composer").get_by_role("button", name="Send").click()

    def modal(self, title: str) -> Locator:
        """The modal with this title, once it is there."""
        shown = self.page.get_by_role("dialog", name=title, exact=True)
        expect(shown).to_be_visible()
        return shown

    def press(self, name: str, within: Locator | None = None) -> None:
        """By what is seen on it: what is spoken says more where the same words stand several times."""
        seen = re.compile(rf"^\s*{re.escape(name)}\s*$")
        (within or self.page).locator("button").filter(has_text=seen).first.click()

    def agree(self, name: str) -> None:
        """Press the button of the question that has come up."""
        self.press(name, self.page.get_by_role("alertdialog"))

    def turn(self, switch: str) -> None:
        """Press one of the buttons that break things, or mend them."""
        panel = self.page.get_by_role("region", name="Break things")
        if not panel.get_by_role("button").first.is_visible():
            panel.get_by_text("Break things").click()
        self.press(switch, panel)

    def message(self, *words: str) -> Locator:
        """The newest message in the room that holds all of ``words``, once there is one."""
        found = self.page.locator("#room").get_by_role("article")
        for word in words:
            found = found.filter(has_text=word)
        expect(found.last).to_be_visible()
        return found.last

    def thread_of(self, message: Locator) -> Locator:
        """Open the thread of ``message``."""
        message.get_by_role("link", name=re.compile("repl(y|ies)")).click()
        thread = self.page.get_by_role("region", name="Thread")
        expect(thread).to_be_visible()
        return thread

    def leave(self, modal: Locator) -> None:
        """Close it, and wait until the workspace knows: whoever comes back finds what was left open."""
        self.press("Close", modal)
        expect(self.page.get_by_role("dialog")).to_have_count(0)

    def open_hub(self) -> Locator:
        """*Edit campaign* of the newest campaign, from its menu in the Campaign List, in #events."""
        self.sit_down()
        self.say("/sendinvites")
        listed = self.modal("Campaign List")
        listed.get_by_role("button", name="More actions").first.click()
        self.press("Edit", listed)
        return self.modal("Edit campaign")

    def new_campaign(self, title: str, count: int) -> Locator:
        """From the slash command to *Campaign ready* with ``count`` people."""
        self.say("/sendinvites")
        self.press("New campaign", self.modal("Campaign List"))
        form = self.modal("New campaign")
        starts_at = datetime.now(UTC) + timedelta(days=21)
        for label, value in (
            ("Title", title),
            ("Start date", f"{starts_at:%Y-%m-%d}"),
            ("Start time", "10:30"),
            ("Duration in minutes", "60"),
            ("Place or link", "Room 1"),
        ):
            form.get_by_label(label).first.fill(value)
        self.choose_list(form, everybody(count))
        self.press("Create campaign", form)
        return self.modal("Campaign ready")

    @staticmethod
    def choose_list(form: Locator, addresses: list[str]) -> None:
        """A CSV file for the form's *Attendee list*."""
        rows = "".join(f"{address},Person {n}\n" for n, address in enumerate(addresses, 1))
        form.locator("input[type=file]").set_input_files(
            {"name": "people.csv", "mimeType": "text/csv", "buffer": f"Email,First name\n{rows}".encode()}
        )

    def batch_form(self, ready: Locator) -> Locator:
        """From *Campaign ready* to the form with the two numbers."""
        self.press("Send Calendar Invite", ready)
        self.press("Send Invite in Batches", self.modal("Send Calendar Invite"))
        return self.modal("Send in batches")

    def start(self, title: str, count: int, *, per_batch: int, gap: int) -> None:
        """The main job, up to the closed window after *Start Batch Sending*."""
        form = self.batch_form(self.new_campaign(title, count))
        form.get_by_label(BATCHES).fill(str(per_batch))
        form.get_by_label(GAP).fill(str(gap))
        self.press("Preview", form)
        self.press("Start Batch Sending", self.modal("Check and start"))
        self.press("Close", self.modal("Sending has started"))
        expect(self.page.get_by_role("dialog")).to_have_count(0)

    def in_batches(self, way: Way, *, per_batch: int, gap: int, so: str, channel: str = "") -> None:
        """From the two choices to the closed window of a started run; ``so`` is what is checked before.

        Away from a channel, ``channel`` says where progress is told.
        """
        self.press(way.choose, self.modal(way.title))
        form = self.modal(way.form)
        form.get_by_label(BATCHES).fill(str(per_batch))
        form.get_by_label(GAP).fill(str(gap))
        if channel:
            form.get_by_label("Post progress in").select_option(f"#{channel}")
        self.press("Preview", form)
        check = self.modal("Check and start")
        expect(check).to_contain_text(so)
        self.press(way.start, check)
        begun = self.modal(way.begun)
        expect(begun).to_contain_text("#events")
        self.leave(begun)

    def answer(self, address: str, title: str, button: str) -> None:
        """As the attendee at ``address`` does in the inbox."""
        self.page.goto(f"{self.scene.workspace.url}inbox?q={address}")
        self.page.get_by_role("link", name=title).first.click()
        mail = self.page.get_by_role("main")
        mail.get_by_role("button", name=button).click()
        expect(mail.get_by_role("button", name=button, pressed=True)).to_be_visible()
