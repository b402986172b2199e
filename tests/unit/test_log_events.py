"""What the admins' page says of the log."""

import ast
from pathlib import Path

from tests.unit.test_packaging import OURS

ROOT = Path(__file__).parents[2]
ADMINS = (ROOT / "docs" / "admins.md").read_text(encoding="utf-8")
ERRORS = {"error", "exception", "critical"}


def errors_in(path):
    """The events that this module logs as errors."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ERRORS:
            said = node.args[0] if node.args else None
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield said.value


def test_the_admins_page_names_every_error_as_worth_an_alert():
    paragraph = ADMINS.partition("Worth an alert:")[2].partition("\n\n")[0]
    found = {
        event
        for name in OURS
        if name != "playground"
        for path in (ROOT / name).rglob("*.py")
        for event in errors_in(path)
    }
    assert len(found) > 10
    assert sorted(event for event in found if f"`{event}`" not in paragraph) == []
