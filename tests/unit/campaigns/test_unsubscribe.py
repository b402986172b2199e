"""The link itself, and the headers that carry it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import unsubscribe
from campaigns.invite import InviteBuilder
from campaigns.invite_template import InviteTemplate
from campaigns.model import Attendee
from tests.unit.campaigns.invites import SEED, build, header

BASE = unsubscribe.base("https://invites.acme.example", 12)
ANA = Attendee("ana@example.com", "ana@example.com", "Ana", id=345)


def token_of(link):
    return link.removeprefix("https://invites.acme.example/unsubscribe/")


def test_a_link_says_whose_it_is_and_shows_no_address():
    link = unsubscribe.link("https://invites.acme.example", 12, 345, SEED)
    assert re.fullmatch(r"https://invites\.acme\.example/unsubscribe/12\.345\.[0-9a-f]{32}", link)
    request = unsubscribe.read(token_of(link))
    assert (request.campaign_id, request.attendee_id) == (12, 345)
    assert unsubscribe.is_genuine(request, SEED)


def test_a_slash_at_the_end_of_the_public_address_makes_no_other_link():
    assert unsubscribe.base("https://invites.acme.example/", 12) == BASE


def test_a_link_is_good_for_its_own_attendee_and_campaign_only():
    mac = unsubscribe.read(token_of(unsubscribe.address(BASE, 345, SEED))).mac
    assert not unsubscribe.is_genuine(unsubscribe.Request(12, 346, mac), SEED)
    assert not unsubscribe.is_genuine(unsubscribe.Request(12, 345, mac), "another-seed")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "12.345",
        "12.345." + "g" * 32,
        "12.345." + "a" * 31,
        "12.345." + "A" * 32,
        "12.345." + "a" * 32 + "\n",
        "-1.345." + "a" * 32,
        "٣.345." + "a" * 32,
        "9999999999.345." + "a" * 32,
        "12.2147483648." + "a" * 32,
        "12345678901.345." + "a" * 32,
    ],
)
def test_what_cannot_be_a_link_is_not_read(token):
    """Numbers that no table can hold must not reach the database either."""
    assert unsubscribe.read(token) is None


@given(st.text())
def test_any_text_is_read_or_refused_without_stumbling(token):
    assert unsubscribe.read(token) is None


@pytest.mark.parametrize("builder", [InviteBuilder, InviteTemplate], ids=["reference", "fast"])
def test_an_invite_carries_the_one_click_headers_where_a_base_is_given(builder):
    mime = build(builder, ANA, unsubscribe_base=BASE).mime
    assert header(mime, "List-Unsubscribe") == f"<{unsubscribe.address(BASE, 345, SEED)}>"
    assert header(mime, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert header(mime, "Subject")
    assert header(mime, "MIME-Version") == "1.0"


@pytest.mark.parametrize("builder", [InviteBuilder, InviteTemplate], ids=["reference", "fast"])
def test_without_a_public_address_an_invite_has_no_such_header(builder):
    assert unsubscribe.base("", 12) == ""
    assert b"List-Unsubscribe" not in build(builder, ANA, unsubscribe_base="").mime
