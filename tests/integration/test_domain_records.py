"""The look-up of a domain's mail records, against a DNS server on this machine."""

import threading
from datetime import timedelta

import pytest

from campaigns.preflight import DomainFacts
from mailers.domain_records import SELECTORS, DomainRecords
from tests.fakes.name_server import NameServer

SPF = "v=spf1 include:_spf.google.com ~all"
KEY = "v=DKIM1; k=rsa; p=" + "MIGf" * 100
LONG = timedelta(seconds=20)
"""For look-ups that are answered: a slow machine must not fail them."""


def look(server, domain="acme-events.com", patience=LONG):
    return DomainRecords(["127.0.0.1"], port=server.port, patience=patience).look(domain)


def test_a_domain_in_order_is_seen_so():
    texts = {
        "acme-events.com": ["a-verification=1", SPF],
        "google._domainkey.acme-events.com": [KEY],
        "k1._domainkey.acme-events.com": [KEY],
        "_dmarc.acme-events.com": ["v=DMARC1; p=quarantine; rua=mailto:d@acme-events.com"],
    }
    with NameServer(texts) as server:
        facts = look(server)
        assert facts == DomainFacts(
            "acme-events.com", spf=1, dkim_selectors=("google", "k1"), dmarc="quarantine"
        )
        assert {f"{selector}._domainkey.acme-events.com" for selector in SELECTORS} <= set(server.asked)


def test_a_domain_without_any_record_is_seen_so():
    with NameServer({"acme-events.com": []}) as server:
        assert look(server) == DomainFacts("acme-events.com", spf=0, dkim_selectors=(), dmarc="")


def test_a_domain_that_does_not_exist_is_seen_so():
    with NameServer({}) as server:
        facts = look(server)
    assert not facts.exists


@pytest.mark.parametrize(
    ("records", "spf"),
    [([SPF, "v=spf1 -all"], 2), (["V=SPF1"], 1), (["v=spf10 -all"], 0), (["spf2.0/pra ?all"], 0)],
)
def test_spf_records_are_counted_and_nothing_like_them_is(records, spf):
    with NameServer({"acme-events.com": records}) as server:
        assert look(server).spf == spf


def test_a_key_that_was_withdrawn_is_no_key():
    texts = {"acme-events.com": [SPF], "google._domainkey.acme-events.com": ["v=DKIM1; p="]}
    with NameServer(texts) as server:
        assert look(server).dkim_selectors == ()


@pytest.mark.parametrize(
    ("above", "policy"),
    [
        ("v=DMARC1; p=reject", "reject"),
        ("v=DMARC1; p=reject; sp=none", "none"),
        ("v=DMARC1;p=REJECT", "reject"),
        ("v=spf1 -all", ""),
    ],
)
def test_the_policy_of_the_domain_above_holds_for_a_subdomain(above, policy):
    texts = {"mail.eu.acme-events.com": [SPF], "_dmarc.acme-events.com": [above]}
    with NameServer(texts) as server:
        assert look(server, "mail.eu.acme-events.com").dmarc == policy
        assert "_dmarc.com" not in server.asked


def test_its_own_policy_comes_before_that_of_the_domain_above():
    texts = {
        "mail.acme-events.com": [SPF],
        "_dmarc.mail.acme-events.com": ["v=DMARC1; p=none"],
        "_dmarc.acme-events.com": ["v=DMARC1; p=reject"],
    }
    with NameServer(texts) as server:
        assert look(server, "mail.acme-events.com").dmarc == "none"


def test_what_was_not_answered_stays_open_and_the_rest_is_told():
    texts = {"acme-events.com": [SPF], "google._domainkey.acme-events.com": [KEY]}
    with NameServer(texts, broken={"_dmarc.acme-events.com"}) as server:
        facts = look(server)
    assert facts == DomainFacts("acme-events.com", spf=1, dkim_selectors=("google",), dmarc=None)


def test_no_key_found_is_not_said_while_one_of_the_names_was_not_answered():
    broken = {"selector1._domainkey.acme-events.com"}
    with NameServer({"acme-events.com": [SPF]}, broken=broken) as server:
        facts = look(server)
    assert facts.dkim_selectors is None
    assert facts.dmarc == ""


def test_a_lost_datagram_is_asked_again():
    with NameServer({"acme-events.com": [SPF]}, lost={"acme-events.com"}) as server:
        assert look(server).spf == 1
        assert server.asked.count("acme-events.com") == 2


class _Silent(set):
    def __contains__(self, _):
        return True


def test_a_server_that_says_nothing_holds_nobody_up_for_ever():
    """The look runs in a thread of its own: were it never to end, the test would still."""
    with NameServer({"acme-events.com": [SPF]}) as server:
        server.silent = _Silent()
        found = []
        look_up = threading.Thread(
            target=lambda: found.append(look(server, patience=timedelta(milliseconds=300))), daemon=True
        )
        look_up.start()
        look_up.join(30)
        assert found == [None]


def test_a_server_that_is_not_there_is_no_error():
    with NameServer({}) as server:
        gone = server.port
    records = DomainRecords(["127.0.0.1"], port=gone, patience=timedelta(milliseconds=300))
    assert records.look("acme-events.com") is None


@pytest.mark.parametrize("domain", ["acme.example", "acme.test", "localhost"])
def test_names_that_are_in_no_dns_are_not_asked_for(domain):
    with NameServer({}) as server:
        assert look(server, domain) is None
        assert server.asked == []


@pytest.mark.parametrize("domain", ["a..b", "x" * 64 + ".com", ".".join(["abcdefgh"] * 40)])
def test_what_is_no_name_is_no_error(domain):
    with NameServer({}) as server:
        assert look(server, domain) is None


def test_a_second_look_asks_only_for_what_has_run_out():
    texts = {"acme-events.com": [SPF], "_dmarc.acme-events.com": ["v=DMARC1; p=none"]}
    with NameServer(texts) as server:
        records = DomainRecords(["127.0.0.1"], port=server.port, patience=LONG)
        first = records.look("acme-events.com")
        asked = len(server.asked)
        assert records.look("acme-events.com") == first
        again = server.asked[asked:]
    assert "acme-events.com" not in again
    assert "_dmarc.acme-events.com" not in again
