import re

from hypothesis import given
from hypothesis import strategies as st

from campaigns.identity import delivery_key, domain_of, message_id, trial_seed, uid
from campaigns.model import Kind

ANA = "ana@example.com"


def test_the_same_person_always_gets_the_same_keys():
    assert uid("seed", ANA, "acme.example") == uid("seed", ANA, "acme.example")
    assert message_id("seed", ANA, Kind.INVITE, 0, "a.b") == message_id("seed", ANA, Kind.INVITE, 0, "a.b")
    assert delivery_key("seed", ANA, Kind.UPDATE, 3) == delivery_key("seed", ANA, Kind.UPDATE, 3)


def test_keys_differ_by_seed_person_kind_and_revision():
    keys = {
        delivery_key(seed, person, kind, revision)
        for seed in ("one", "two")
        for person in (ANA, "bob@example.com")
        for kind in Kind
        for revision in (0, 1, 11)
    }
    assert len(keys) == 2 * 2 * len(Kind) * 3


def test_the_uid_outlives_revisions_and_the_message_id_does_not():
    first, second = (message_id("seed", ANA, Kind.INVITE, revision, "a.b") for revision in (0, 1))
    assert first != second


def test_no_key_shows_the_address():
    for key in (
        uid("seed", ANA, "acme.example"),
        message_id("seed", ANA, Kind.INVITE, 0, "acme.example"),
        delivery_key("seed", ANA, Kind.INVITE, 0),
    ):
        assert "ana" not in key.replace("acme.example", "")


def test_keys_have_the_form_that_mails_and_calendars_take():
    assert re.fullmatch(r"[0-9a-f]{32}@acme\.example", uid("s", ANA, "acme.example"))
    assert re.fullmatch(r"<[0-9a-f]{32}@a\.b>", message_id("s", ANA, Kind.INVITE, 0, "a.b"))
    assert re.fullmatch(r"[0-9a-f]{32}", delivery_key("s", ANA, Kind.INVITE, 0))


def test_the_domain_is_what_follows_the_last_at_in_lower_case():
    assert domain_of('"odd@name"@Acme.Example') == "acme.example"


@given(st.text(), st.text())
def test_two_people_never_share_a_uid(one: str, two: str):
    try:
        same = uid("s", one, "d") == uid("s", two, "d")
    except UnicodeEncodeError:
        return  # lone surrogates never pass the roster
    assert same == (one == two)


def test_a_test_has_keys_of_its_own_by_address_and_nonce():
    seeds = {trial_seed("seed", who, nonce) for who in (ANA, "bob@example.com") for nonce in ("1", "2")}
    assert len(seeds) == 4
    assert trial_seed("seed", ANA, "1") in seeds
    assert uid("seed", ANA, "a.b") not in {uid(seed, ANA, "a.b") for seed in seeds}
