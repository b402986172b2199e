import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from campaigns.errors import RosterError
from handlers.files import downloaded, is_trusted

TOKEN = "xoxb-canary"
LIST = b"email\nana@example.com\n"


class Stand(BaseHTTPRequestHandler):
    """Answers each path as the test has laid down, and remembers who showed a token."""

    def do_GET(self):
        self.server.seen.append((self.path, self.headers.get("Authorization")))
        status, headers, body = self.server.answers.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def stand(answers):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stand)
    server.answers, server.seen = answers, []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer(body=LIST, status=200, **headers):
    given = {"Content-Type": "text/csv", "Content-Length": str(len(body))} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return status, {name: value for name, value in given.items() if value is not None}, body


def refusal(server, *, path="/list", max_bytes=1000, **file):
    with (
        pytest.raises(RosterError) as refused,
        downloaded(
            {"id": "F1", "url_private_download": f"{server.url}{path}"} | file,
            token=TOKEN,
            api_url=f"{server.url}/api/",
            max_bytes=max_bytes,
            timeout=5,
        ),
    ):
        pass
    assert refused.value.hint
    assert TOKEN not in str(refused.value)
    return refused.value.message


def test_a_file_is_on_disk_for_as_long_as_it_is_needed():
    with stand({"/list": answer()}) as server:
        file = {"url_private_download": f"{server.url}/list", "size": len(LIST)}
        with downloaded(file, token=TOKEN, api_url=f"{server.url}/api/") as path:
            assert path.read_bytes() == LIST
            assert path.stat().st_mode & 0o077 == 0
        assert not path.exists()
        assert server.seen == [("/list", f"Bearer {TOKEN}")]


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com/files-pri/T1-F1/download/list.csv",
        "https://slack.com/x",
        "https://acme.slack.com:443/x",
        "https://files.slack-gov.com/x",
    ],
)
def test_slack_itself_is_trusted(url):
    assert is_trusted(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/x",
        "https://files.slack.com:8443/x",
        "https://evil.example/x",
        "https://slack.com.evil.example/x",
        "https://evilslack.com/x",
        "https://files.slack.com@evil.example/x",
        "https://evil.example\\@files.slack.com/x",
        "https://evil.example#.slack.com/",
        "https://evil.example?.slack.com/",
        "https://files.slack.com\t.evil.example/",
        "https://files.slack.com /x\r\nHost: evil.example",
        "file:///etc/passwd",
        "ftp://files.slack.com/x",
        "//files.slack.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "http://127.0.0.1:8081/x",
        "https://127.0.0.1:8080/x",
        "http://localhost:8080/x",
        "http://127.0.0.1:99999/x",
        "",
    ],
)
def test_nobody_else_is_trusted(url):
    assert not is_trusted(url, "http://127.0.0.1:8080/api/")


def test_exactly_the_configured_origin_is_trusted():
    assert is_trusted("http://127.0.0.1:8080/files/1", "http://127.0.0.1:8080/api/")
    assert is_trusted("https://proxy.example/files/1", "https://proxy.example:443/api/")


@pytest.mark.parametrize(
    "file",
    [
        {"is_external": True},
        {"mode": "external"},
        {"mode": "tombstone"},
        {"file_access": "access_denied"},
        {"file_access": "check_file_info"},
        {"url_private_download": "https://evil.example/list.csv"},
        {"url_private_download": None},
        {"url_private_download": 7},
        {"size": 5000},
    ],
)
def test_a_file_that_is_not_ours_to_fetch_is_refused_before_anything_is_sent(file):
    with stand({"/list": answer()}) as server:
        assert refusal(server, **file)
        assert server.seen == []


def test_a_file_from_slack_connect_is_asked_for_first():
    with stand({"/list": answer()}) as server:
        asked = []

        def file_info(file_id):
            asked.append(file_id)
            return {"id": file_id, "file_access": "visible", "url_private": f"{server.url}/list"}

        file = {"id": "F7", "file_access": "check_file_info"}
        with downloaded(file, token=TOKEN, api_url=server.url, file_info=file_info) as path:
            assert path.read_bytes() == LIST
        assert asked == ["F7"]


def test_what_slack_connect_tells_is_checked_as_well():
    with (
        pytest.raises(RosterError, match="link to another service"),
        downloaded(
            {"id": "F7", "file_access": "check_file_info"},
            token=TOKEN,
            file_info=lambda _: {"is_external": True, "url_private": "https://evil.example/"},
        ),
    ):
        pass


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_is_not_followed(status):
    with stand({"/stolen": answer()}) as elsewhere:
        answers = {"/list": answer(b"", status, Location=f"{elsewhere.url}/stolen")}
        with stand(answers) as server:
            assert "did not let the bot read" in refusal(server)
        assert elsewhere.seen == []


def test_a_redirect_to_a_trusted_host_other_than_the_first_is_not_followed():
    """Slack's login page is on a host that is trusted too."""
    with stand({"/list": answer(b"", 302, Location="https://acme.slack.com/?redir=x")}) as server:
        assert "did not let the bot read" in refusal(server)


def test_a_redirect_within_the_origin_is_followed():
    with stand({"/list": answer(b"", 302, Location="/there"), "/there": answer()}) as server:
        file = {"url_private_download": f"{server.url}/list"}
        with downloaded(file, token=TOKEN, api_url=server.url) as path:
            assert path.read_bytes() == LIST


def test_redirects_in_a_circle_end():
    with stand({"/list": answer(b"", 302, Location="/list")}) as server:
        assert "did not let" in refusal(server)
        assert len(server.seen) == 3


def test_a_login_page_means_that_the_token_may_not_read_files():
    page = answer(b"<html>Sign in</html>", Content_Type="text/html; charset=utf-8")
    with stand({"/list": page}) as server:
        assert "did not let the bot read" in refusal(server)


def test_a_web_page_that_was_uploaded_as_one_is_handed_on():
    with stand({"/list": answer(b"<html>", Content_Type="text/html")}) as server:
        file = {"url_private": f"{server.url}/list", "mimetype": "text/html"}
        with downloaded(file, token=TOKEN, api_url=server.url) as path:
            assert path.read_bytes() == b"<html>"


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "did not let"), (403, "did not let"), (404, "no longer"), (500, "500"), (429, "429")],
)
def test_what_slack_answers_is_told_in_plain_words(status, said):
    with stand({"/list": answer(b"", status)}) as server:
        assert said in refusal(server)


def test_a_file_that_says_it_is_too_large_is_refused():
    with stand({"/list": answer(b"x" * 1001)}) as server:
        assert "larger than" in refusal(server)


def test_a_file_that_is_larger_than_anybody_said_is_refused():
    with stand({"/list": answer(b"x" * 300_000, Content_Length=None)}) as server:
        assert "larger than" in refusal(server, size=10)


def test_a_file_that_ends_early_is_refused():
    """A list cut short would lose people without a word."""
    with stand({"/list": answer(Content_Length="500")}) as server:
        assert "did not send" in refusal(server)


def test_a_stand_that_is_not_there_is_told_in_plain_words():
    with stand({}) as server:
        pass
    assert "did not send" in refusal(server)


def test_a_server_that_says_nothing_is_given_up():
    stuck = threading.Event()

    class Silent(Stand):
        def do_GET(self):
            stuck.wait(10)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        with (
            pytest.raises(RosterError, match="did not send"),
            downloaded({"url_private": f"{url}/list"}, token=TOKEN, api_url=url, timeout=0.05),
        ):
            pass
    finally:
        stuck.set()
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_server_that_only_dribbles_is_given_up_at_the_deadline():
    with stand({"/list": answer()}) as server:
        file = {"url_private": f"{server.url}/list"}
        with (
            pytest.raises(RosterError, match="did not send"),
            downloaded(file, token=TOKEN, api_url=server.url, deadline=-1),
        ):
            pass
