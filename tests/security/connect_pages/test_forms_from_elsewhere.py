"""Forms from elsewhere: no other page, frame or cookie presses anything here."""

import pytest

from tests.fakes.connect_scene import PUBLIC_URL, refused


@pytest.mark.parametrize(
    "sent",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": PUBLIC_URL},
        {"Origin": "https://evil.example"},
        {"Origin": f"{PUBLIC_URL}.evil.example"},
        {"Origin": "http://invites.example.com"},
        {"Origin": "null"},
    ],
)
def test_a_form_on_another_page_is_refused(scene, browser, sent):
    link = scene.link()
    browser.open(link)
    refused(browser.post(link, {"how": "consent"}, sent), 403, "not sent from its own page")
    assert browser.consent(link)  # nothing was used up


def test_a_form_without_the_cookie_of_the_page_is_refused(scene):
    refused(scene.browser().post(scene.link(), {"how": "consent"}), 403)


@pytest.mark.parametrize("value", ["", "short", "x" * 500, "a" * 42 + ";"])
def test_a_cookie_that_is_not_ours_counts_for_nothing(scene, browser, value):
    link = scene.link()
    browser.open(link)
    browser.client.set_cookie("__Host-sendinvites-browser", value, domain="invites.example.com", secure=True)
    refused(browser.post(link, {"how": "consent"}), 403)


def test_the_cookie_is_out_of_reach(scene, browser):
    cookie = browser.open(scene.link()).headers["Set-Cookie"]
    assert cookie.startswith("__Host-sendinvites-browser=")
    parts = {part.strip() for part in cookie.split(";")}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
    assert not any(part.startswith("Domain") for part in parts)


def test_every_answer_is_sealed(scene, browser):
    link = scene.link()
    answers = [
        browser.open(link),
        browser.post(link, {"how": "consent"}),
        browser.open(link),
        browser.open("/connect/callback"),
        browser.open("/renew/1.1.x"),
        browser.post(link, {}, {"Origin": "https://evil.example"}),
    ]
    for answer in answers:
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; ")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
