"""A page of the workspace in a browser without a window, and pictures of what stands on it."""  # noqa: INP001

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from bot.demo_stage import Stage
from playground import Person
from playground.script import NewCampaign, create_campaign, prepare_batches, start_batch_sending

IMAGES = Path(__file__).with_name("images")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60.0
ZONE = "Europe/Madrid"
"""Ana's, whose page is shown."""


@contextmanager
def chromium() -> Iterator[Browser]:
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        sys.exit(f"No browser found. Install one of: {', '.join(BROWSERS)}")
    expect.set_options(timeout=PATIENCE * 1_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@dataclass(frozen=True, slots=True)
class Shoot:
    """Ana's afternoon: what she does by herself, and pictures of her page."""

    stage: Stage
    browser: Browser

    @property
    def ana(self) -> Person:
        return self.stage.workspace.person("ana")

    @contextmanager
    def page(self, path: str, width: int, height: int, *, is_dark: bool = False) -> Iterator[Page]:
        """A page of the workspace in a window of this size; an empty one without a path."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=1.5,
            timezone_id=ZONE,
            color_scheme="dark" if is_dark else "light",
            reduced_motion="reduce",
            ignore_https_errors=True,  # the stand-ins of Google and Microsoft sign their own certificate
        )
        made = context.new_page()
        if path:
            made.goto(f"{self.stage.workspace.url}{path}")
        yield made
        context.close()

    def modal(self, name: str, title: str) -> None:
        """The modal that Ana has open, in its full length."""
        with self.page("?as=ana&channel=events", 900, 1_900) as page:
            shown = page.get_by_role("dialog", name=title, exact=True)
            expect(shown).to_be_visible()
            page.evaluate("document.activeElement.blur()")
            save(name, shown)

    def message(self, name: str, *words: str) -> None:
        """The newest message in the channel with these words."""
        with self.page("?as=ana&channel=events", 960, 2_400) as page:
            save(name, message_with(page, *words))

    def run(self, new: NewCampaign, per_batch: str, gap: str) -> None:
        create_campaign(self.stage.workspace, self.ana, new)
        prepare_batches(self.stage.workspace, self.ana, per_batch=per_batch, gap=gap)
        start_batch_sending(self.stage.workspace, self.ana)
        self.ana.close()

    def submit(self) -> None:
        errors = self.ana.submit()
        if errors:
            raise RuntimeError(str(errors))

    def home_button(self, label: str, number: int) -> None:
        """Press a button, or an entry of the menu, of a campaign on Ana's Home tab."""
        mark = f"#{number} ·"
        self.ana.open_home()
        self.stage.workspace.wait_for(lambda: self.ana.home and mark in self.ana.home.plain(), PATIENCE)
        self.ana.press(label, near=mark, where="home")


def save(name: str, shown: Locator) -> None:
    page = shown.page
    page.wait_for_function("[...document.images].every(one => one.complete)")
    page.mouse.move(0, 0)
    if page.locator("dialog[open]").count():
        # what is behind the window would show at its round corners
        page.evaluate(
            "document.styleSheets[0].insertRule('dialog::backdrop { background: #fff !important }')"
        )
    shown.screenshot(path=IMAGES / name, animations="disabled")
    sys.stdout.write(f"docs/images/{name}  {(IMAGES / name).stat().st_size // 1_024} KB\n")


def message_with(page: Page, *words: str) -> Locator:
    found = page.locator("#room").get_by_role("article")
    for word in words:
        found = found.filter(has_text=word)
    expect(found.last).to_be_visible()
    return found.last


def thread_of(page: Page, head: Locator) -> Locator:
    head.get_by_role("link", name=re.compile("repl(y|ies)")).click()
    thread = page.get_by_role("region", name="Thread")
    expect(thread.get_by_role("article").nth(1)).to_be_visible()
    page.evaluate("room.scrollTo(0, room.scrollHeight); document.activeElement.blur()")
    return thread
