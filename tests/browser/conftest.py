"""A real Chromium in front of the playground's page, with the real bot behind it."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.desk import Desk
from tests.integration.scene import Scene, served

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30_000
"""Milliseconds to wait for what a page should show."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser a worker. Without one on the machine the tests are skipped, unless CI asks for them."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        said = "There is no Chromium on this machine: install it to run the browser tests."
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail(said)
        pytest.skip(said)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """A stage whose bot counts a twentieth of a second as a minute."""
    with served(minute_lasts=0.05) as made:
        yield made


@pytest.fixture
def page(chromium: Browser, scene: Scene) -> Iterator[Page]:
    """A page of its own for each test; an error in its scripts fails the test."""
    scene.begin_again()
    context = chromium.new_context(viewport={"width": 1_280, "height": 900}, timezone_id="Europe/Berlin")
    made = context.new_page()
    made.set_default_timeout(PATIENCE)
    broken: list[str] = []
    made.on("pageerror", lambda error: broken.append(str(error)))
    yield made
    context.close()
    assert broken == []


@pytest.fixture
def desk(page: Page, scene: Scene) -> Desk:
    return Desk(page, scene)
