import json
from dataclasses import replace

import pytest

from campaigns.account import AccountSettings, How, KnownQuota
from campaigns.account_forms import check_settings, read_service_key, read_smtp, read_subject
from campaigns.errors import InputError

FORM = {"host": "smtp.acme.example.com", "user": "olga@acme.example.com", "password": "app pass word"}
KEY = {
    "type": "service_account",
    "client_email": "bot@project-1.iam.gserviceaccount.com",
    "private_key": "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n",
    "token_uri": "https://evil.example/token",
    "universe_domain": "evil.example",
}
SETTINGS = AccountSettings(60, 500, 50, 5, 25, is_shared=False)


def wrong_in(**typed):
    with pytest.raises(InputError) as caught:
        read_smtp(FORM | typed)
    return caught.value.fields


def test_what_is_left_out_is_what_most_servers_want():
    entry = read_smtp(FORM)
    assert (entry.port, entry.security, entry.address, entry.name) == (
        587,
        "starttls",
        "olga@acme.example.com",
        "",
    )
    assert entry.credential.how is How.PASSWORD
    assert "app pass word" not in repr(entry)


def test_edges_are_trimmed_and_the_name_is_made_fit_for_a_header():
    entry = read_smtp(
        FORM
        | {"host": " SMTP.Acme.example.com. ", "name": ' Olga "O" ', "user": " apikey "}
        | {"from": "o@acme.example.com"}
    )
    assert (entry.host, entry.user, entry.name) == ("smtp.acme.example.com", "apikey", "Olga 'O'")


def test_a_name_in_another_script_becomes_what_the_wire_wants():
    assert read_smtp(FORM | {"host": "post.bücher.example"}).host == "post.xn--bcher-kva.example"


@pytest.mark.parametrize(("port", "security"), [("465", "tls"), ("587", "starttls"), ("25", "starttls")])
def test_the_port_says_how_it_is_encrypted(port, security):
    assert read_smtp(FORM | {"port": port}).security == security
    assert read_smtp(FORM | {"port": port, "security": security}).security == security


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"host": ""}, "host"),
        ({"host": "no spaces"}, "host"),
        ({"host": "a" * 300}, "host"),
        ({"port": "22"}, "port"),
        ({"port": "587x"}, "port"),
        ({"port": "²5"}, "port"),
        ({"port": "465", "security": "starttls"}, "security"),
        ({"port": "587", "security": "plain"}, "security"),
        ({"password": ""}, "password"),
        ({"user": "apikey"}, "from"),
        ({"from": "not an address"}, "from"),
        ({"name": "x" * 300}, "name"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(typed, field):
    assert field in wrong_in(**typed)


def test_the_own_machine_may_be_tried_where_bot_and_person_share_it():
    near = FORM | {"host": "127.0.0.1", "port": "2500"}
    with pytest.raises(InputError):
        read_smtp(near)
    entry = read_smtp(near, is_try_out=True)
    assert (entry.host, entry.port, entry.security) == ("127.0.0.1", 2500, "plain")
    with pytest.raises(InputError):
        read_smtp(FORM | {"port": "2500"}, is_try_out=True)


def test_of_a_key_only_what_is_needed_is_kept():
    """Its file says where to ask for tokens: that is not for whoever wrote it to choose."""
    kept = json.loads(read_service_key(json.dumps(KEY)))
    assert set(kept) == {"type", "client_email", "private_key"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        "[" * 10_000,
        json.dumps(KEY | {"type": "authorized_user"}),
        json.dumps(KEY | {"client_email": "bot@evil.example"}),
        json.dumps(KEY | {"private_key": ""}),
        json.dumps(KEY | {"project_id": "x" * 20_000}),
    ],
)
def test_what_is_no_key_is_said_beside_it(text):
    with pytest.raises(InputError) as caught:
        read_service_key(text)
    assert set(caught.value.fields) == {"key"}


def test_whom_it_acts_for_is_an_address():
    assert read_subject(" events@acme.example.com ") == "events@acme.example.com"
    with pytest.raises(InputError) as caught:
        read_subject("events")
    assert set(caught.value.fields) == {"subject"}


def test_what_is_kept_free_may_be_of_what_the_provider_allows():
    check_settings(replace(SETTINGS, per_day=None, reserve=199), KnownQuota(per_day=200))
    for quota in (KnownQuota(per_day=None), KnownQuota(per_day=100)):
        with pytest.raises(InputError) as caught:
            check_settings(replace(SETTINGS, per_day=None, reserve=100), quota)
        assert set(caught.value.fields) == {"reserve"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"per_minute": 0}, "per_minute"),
        ({"per_day": -1}, "per_day"),
        ({"reserve": 500}, "reserve"),
        ({"reserve": -1}, "reserve"),
        ({"per_day": None}, "reserve"),
        ({"brake_refusals": 0}, "brake_refusals"),
        ({"brake_percent": 101}, "brake_percent"),
    ],
)
def test_limits_that_make_no_sense_are_refused(changes, field):
    check_settings(SETTINGS)
    values = {name: getattr(SETTINGS, name) for name in AccountSettings.__dataclass_fields__}
    with pytest.raises(InputError) as caught:
        check_settings(AccountSettings(**values | changes))
    assert set(caught.value.fields) == {field}
