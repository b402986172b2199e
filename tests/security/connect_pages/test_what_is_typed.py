"""What is typed and asked for: odd paths, line breaks, hosts of the inside and markup."""

import pytest

from campaigns.account import Service
from tests.fakes.connect_scene import ADDRESS, SMTP_FORM, refused, words


@pytest.mark.parametrize(
    "path",
    [
        "/connect/../health/../connect/x",
        "/connect/%2e%2e%2fhealth",
        "/connect/%00",
        "/connect/p" + "a" * 5_000,
        "/connect/p{{7*7}}aaaaaaaaaaaaaaaa",
        "/connect/<script>alert(1)</script>",
        "/renew/1.1.%0d%0aSet-Cookie:x=1",
        "/renew/99999999999999999999.1." + "a" * 64,
        "/connect/page.html",
        "/connect/start.html",
    ],
)
def test_odd_paths_lead_nowhere(browser, path):
    answer = browser.open(path)
    assert answer.status_code in {404, 410}
    assert "<script" not in answer.text
    assert "49" not in words(answer)


@pytest.mark.parametrize("field", ["host", "port", "user", "password", "from", "name"])
@pytest.mark.parametrize("ending", ["\r\nBcc: eve@evil.example", "\n.\nQUIT", "\0", "\x1b[2J", "\u2028x"])
def test_a_line_break_in_a_field_goes_no_further(scene, browser, field, ending):
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    form = SMTP_FORM | {"from": ADDRESS} | {field: f"{SMTP_FORM[field] or ADDRESS}{ending}"}
    assert browser.post(link, form).status_code == 422
    assert scene.doorbell.rung == []


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("localhost", "587"),
        ("127.0.0.1", "587"),
        ("127.1", "587"),
        ("2130706433", "587"),
        ("0x7f000001", "587"),
        ("[::1]", "587"),
        ("::1", "587"),
        ("::ffff:127.0.0.1", "587"),
        ("0.0.0.0", "587"),
        ("169.254.169.254", "587"),
        ("db.localhost", "587"),
        ("smtp.acme.example.com", "22"),
        ("smtp.acme.example.com", "6379"),
        ("smtp.acme.example.com/x", "587"),
        ("user@smtp.acme.example.com", "587"),
        ("smtp.acme.example.com:22", "587"),
    ],
)
def test_the_form_is_no_way_to_look_around_in_the_network(scene, browser, host, port):
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    assert browser.post(link, SMTP_FORM | {"host": host, "port": port}).status_code == 422
    assert scene.doorbell.rung == []


def test_what_is_typed_is_shown_as_text(scene, browser):
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    page = browser.post(link, SMTP_FORM | {"host": '"><script>alert(1)</script>', "name": "{{7*7}}"})
    assert "<script" not in page.text
    assert "{{7*7}}" in page.text


def test_a_form_of_many_parts_is_refused(scene, browser):
    link = scene.link(service=Service.SMTP)
    browser.open(link)
    refused(browser.post(link, {f"field{n}": "x" * 50 for n in range(2_000)}), 413)
