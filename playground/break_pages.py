"""The break-things panel over HTTP: in the page's sidebar, and as JSON for scripts."""

from dataclasses import asdict

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from playground.break_panel import AlreadyRestarting, BotSwitch, BreakPanel, ReadingSwitch, TokenSwitch
from playground.mailbox import Mailbox


def make_break_pages(
    mailbox: Mailbox,
    bot: BotSwitch | None = None,
    provider: TokenSwitch | None = None,
    reading: ReadingSwitch | None = None,
) -> Blueprint:
    """`GET /break` tells how everything stands; `POST /break` with `{"deed": …}` presses a button."""
    pages = Blueprint("break_things", __name__)
    panel = BreakPanel(mailbox, bot, provider, reading)
    pages.record(lambda setup: setup.app.jinja_env.globals.update(break_panel=panel))

    def shown(said: str) -> ResponseReturnValue:
        return jsonify(controls=[asdict(control) for control in panel.controls()], said=said)

    @pages.get("/break")
    def look() -> ResponseReturnValue:
        return shown("")

    @pages.post("/break")
    def press() -> ResponseReturnValue:
        # JSON only: a foreign web page would have to ask first.
        said = request.get_json(silent=True) if request.is_json else None
        deed = said.get("deed") if isinstance(said, dict) else None
        if not isinstance(deed, str):
            return jsonify(error='post {"deed": …}'), 400
        try:
            return shown(panel.do(deed))
        except AlreadyRestarting as error:
            return jsonify(error=str(error)), 409
        except KeyError:
            return jsonify(error=f"no such deed: {deed}"), 400

    return pages
