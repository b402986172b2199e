"""No line of the log holds a secret or says whose address it is, whoever wrote it and however."""

import io
import json
import logging
import subprocess
import sys

import pytest
import structlog

from bot.logs import Scrubber, configure_logs
from tests.unit.bot.complete import SECRETS, SMTP_PASSWORD

ADDRESSES = ("ana.souza@acme.example", "zoëla@münchen.example", "o'brien+x@acme.example", "wurzel@localhost")
LOCAL_PARTS = ("ana.", "souza", "zoëla", "brien", "+x", "wurzel")
TOKENS = (
    "xoxb-1-2-Canary",
    "xapp-1-A0-Canary",
    "xoxe.xoxp-1-Canary",
    "ya29.a0Canary-_x",
    "1//0gCanary_x",
    "v0=Canary0123",
)
URLS = (
    "smtp://events%40acme.example:Canary%2Fx@smtp.acme.example:587",
    "smtp://events@acme.example:Canary@smtp.acme.example",
    "postgresql+psycopg://bot:Canary/x@db.acme.example:5432/invites",
)
CANARIES = (*SECRETS, *LOCAL_PARTS, "Canary")
PLANTED = " ".join((*ADDRESSES, *TOKENS, *URLS, *SECRETS))

pytestmark = pytest.mark.usefixtures("logging_put_back")


@pytest.fixture(params=["console", "json"])
def log(request):
    """Configured as the bot does; what is written can be read from it."""
    stream = io.StringIO()
    configure_logs(level="INFO", form=request.param, secrets=SECRETS, stream=stream)
    return stream


def nothing_leaks(log):
    text = log.getvalue()
    assert text.endswith("\n")
    assert not [canary for canary in CANARIES if canary in text], text
    return text


def test_the_words_of_a_line_are_scrubbed_and_domains_kept(log):
    logging.getLogger("any.library").warning("refused %s", PLANTED)
    said = nothing_leaks(log)
    assert "[...]@acme.example" in said
    assert "[...]@münchen.example" in said


def test_what_a_format_string_is_given_is_scrubbed(log):
    logging.getLogger("any").info("%s of %s: %r", "x", ADDRESSES[0], {"password": SMTP_PASSWORD})
    nothing_leaks(log)


@pytest.mark.parametrize(
    "value",
    [
        PLANTED,
        ValueError(PLANTED),
        {"to": [PLANTED], PLANTED: 1},
        (PLANTED, {PLANTED}),
        PLANTED.encode(),
        structlog.BoundLogger(PLANTED, [], {}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_fields_of_a_line_are_scrubbed_whatever_they_are(log, value):
    logging.getLogger("any").info("delivery_sent", extra={"field": value})
    said = nothing_leaks(log)
    assert "field" in said


def test_numbers_stay_numbers():
    stream = io.StringIO()
    configure_logs(level="INFO", form="json", secrets=["123456"], stream=stream)
    logging.getLogger("any").info(
        "done", extra={"count": 123456, "share": 0.5, "is_last": True, "more": None}
    )
    line = json.loads(stream.getvalue())
    assert (line["count"], line["share"], line["is_last"], line["more"]) == (123456, 0.5, True, None)


def test_errors_and_their_causes_are_scrubbed_and_tracebacks_show_no_values(log):
    password = SMTP_PASSWORD + PLANTED
    try:
        _stumble_over({}, password)
    except RuntimeError:
        logging.getLogger("any").exception("stumbled over %s", ADDRESSES[0])
    said = nothing_leaks(log)
    assert "Traceback" in said
    assert "RuntimeError" in said
    assert "KeyError" in said


def _stumble_over(nothing, secret):
    try:
        nothing[secret]
    except KeyError as cause:
        raise RuntimeError(secret) from cause


def test_a_stack_in_a_line_is_scrubbed(log):
    logging.getLogger("any").info("look", stack_info=True, extra={"who": ADDRESSES[0]})
    nothing_leaks(log)


@pytest.mark.parametrize("make", [structlog.get_logger, structlog.stdlib.get_logger])
def test_lines_of_structlog_go_the_same_way(log, make, capsys):
    make("any").warning("delivery_failed", to=ADDRESSES[0], why={"said": PLANTED})
    try:
        _stumble_over({}, PLANTED)
    except RuntimeError:
        make("any").exception("stumbled")
    said = nothing_leaks(log)
    assert "delivery_failed" in said
    assert "Traceback" in said
    assert capsys.readouterr() == ("", "")


def test_a_json_line_is_one_line_with_event_level_and_time():
    stream = io.StringIO()
    configure_logs(level="INFO", form="json", secrets=[], stream=stream)
    logging.getLogger("any").info("delivery_sent\nforged", extra={"run": 7})
    (line,) = stream.getvalue().splitlines()
    said = json.loads(line)
    assert (said["event"], said["level"], said["run"]) == ("delivery_sent\nforged", "info", 7)
    assert said["timestamp"].endswith("Z")


def test_what_is_less_than_the_level_is_not_written(log):
    logging.getLogger("any").debug("small talk")
    assert log.getvalue() == ""


def test_libraries_are_heard_from_warnings_on():
    """Their INFO tells of every job and every request; the bot's own lines are enough."""
    stream = io.StringIO()
    configure_logs(level="DEBUG", form="console", secrets=[], stream=stream)
    logging.getLogger("apscheduler.scheduler").info("Added job")
    logging.getLogger("slack_bolt.App").warning("Unhandled request")
    assert "Added job" not in stream.getvalue()
    assert "Unhandled request" in stream.getvalue()


def test_lines_go_to_standard_error_by_default(capsys):
    configure_logs(level="INFO", form="console", secrets=[], stream=None)
    logging.getLogger("any").info("bot_started")
    out, err = capsys.readouterr()
    assert out == ""
    assert "bot_started" in err


def test_handlers_of_before_are_replaced_so_that_no_line_goes_around_the_scrubber(log):
    other = io.StringIO()
    logging.getLogger().addHandler(logging.StreamHandler(other))
    configure_logs(level="INFO", form="json", secrets=SECRETS, stream=log)
    logging.getLogger("any").info("%s", PLANTED)
    assert other.getvalue() == ""
    nothing_leaks(log)


def test_a_secret_in_a_longer_one_leaves_no_rest():
    assert Scrubber(["secret", "secret-and-more"]).text("say secret-and-more") == "say [secret]"


def test_short_words_are_no_secrets():
    """An empty setting must not turn every line into [secret]s."""
    assert Scrubber(["", "abc"]).text("abc is fine") == "abc is fine"


def test_a_long_text_without_an_address_is_read_once():
    """Quadratic, this would take minutes: the search must start at the beginning of a word only."""
    for text in ("x" * 300_000, "x." * 150_000, "x'" * 1_000, '"' * 1_000):
        assert Scrubber([]).text(text) == text


def test_what_no_one_catches_is_scrubbed_as_well():
    script = (
        "import threading\n"
        "from bot.logs import configure_logs, log_the_uncaught\n"
        "configure_logs(level='INFO', form='json', secrets=['hunter2-hunter2'])\n"
        "log_the_uncaught()\n"
        "def fail():\n"
        "    raise ValueError('hunter2-hunter2 of ana@acme.example')\n"
        "thread = threading.Thread(target=fail)\n"
        "thread.start()\n"
        "thread.join()\n"
        "fail()\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    # the source line of a traceback is in nobody's program but this one
    said = [line for line in ran.stderr.splitlines() if line]
    assert len(said) == 2
    assert all(json.loads(line)["event"] == "not_caught" for line in said)
    assert "ValueError: [secret] of [...]@acme.example" in ran.stderr
