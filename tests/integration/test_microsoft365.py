"""Microsoft 365 over real HTTP: what only it can say, and what must not happen twice."""

import logging
import threading
import traceback
from datetime import timedelta

import pytest

from campaigns.errors import BadAddress, Busy, Misconfigured, NoAccess, OverQuota, Unsure
from mailers.microsoft365 import Microsoft365Mailer
from playground import microsoft_errors
from playground.microsoft_stand_in import MicrosoftStandIn
from tests.contract.mailer_suite import letter
from tests.fakes.provider_accounts import ANN, microsoft_tokens


@pytest.fixture
def inbox():
    return []


@pytest.fixture
def microsoft(inbox):
    with MicrosoftStandIn(lambda *mail: inbox.append(mail), accounts=[ANN]) as stand_in:
        yield stand_in


@pytest.fixture
def mailer(microsoft):
    made = Microsoft365Mailer(
        microsoft_tokens(microsoft),
        endpoint=microsoft.graph_endpoint,
        certificate=str(microsoft.certificate),
    )
    yield made
    made.close()


def statuses(microsoft, call="sendMail"):
    return [one.status for one in microsoft.door.calls(call)]


def test_a_token_refused_once_is_renewed_and_the_invite_goes(mailer, microsoft, inbox):
    mailer.send(letter())
    microsoft.tokens.expire_access()
    mailer.send(letter(number=1))
    assert statuses(microsoft) == [202, 401, 202]
    assert len(inbox) == 2


def test_a_revoked_account_is_no_access_within_one_call(mailer, microsoft, inbox):
    mailer.send(letter())
    microsoft.expire_token()
    with pytest.raises(NoAccess):
        mailer.send(letter(number=1))
    assert statuses(microsoft) == [202, 401]
    microsoft.renew_token()
    mailer.send(letter(number=1))
    assert len(inbox) == 2


@pytest.mark.parametrize("how", ["silent", "cut"])
def test_a_reply_lost_after_the_mail_went_is_unsure_and_asked_once(mailer, microsoft, inbox, how):
    """The fragment of a cut answer says 200, which is no receipt: 202 is."""
    microsoft.faults.drop("after", on="sendMail", how=how, times=None)
    with pytest.raises(Unsure):
        mailer.send(letter())
    assert len(inbox) == len(microsoft.door.calls("sendMail")) == 1


def test_a_page_in_the_place_of_a_receipt_is_unsure(mailer, microsoft):
    microsoft.faults.garble(on="sendMail")
    with pytest.raises(Unsure):
        mailer.send(letter())


def test_a_failing_backend_is_unsure(mailer, microsoft):
    for answer in (microsoft_errors.BACKEND_ERROR, microsoft_errors.UNAVAILABLE):
        microsoft.faults.refuse(answer, on="sendMail", times=1)
        with pytest.raises(Unsure):
            mailer.send(letter())


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (microsoft_errors.throttled(7), Busy),
        (microsoft_errors.MESSAGE_LIMIT, OverQuota),
        (microsoft_errors.QUOTA, Misconfigured),
        (microsoft_errors.SUBMISSION_BLOCKED, Misconfigured),
        (microsoft_errors.SEND_AS_DENIED, Misconfigured),
        (microsoft_errors.ACCESS_DENIED, Misconfigured),
        (microsoft_errors.NO_MAILBOX, Misconfigured),
        (microsoft_errors.BAD_RECIPIENT, BadAddress),
    ],
    ids=lambda one: one.__name__ if isinstance(one, type) else "",
)
def test_refusals_are_told_apart(mailer, microsoft, answer, fault):
    microsoft.faults.refuse(answer, on="sendMail", times=1)
    with pytest.raises(fault) as caught:
        mailer.send(letter())
    if fault is Busy:
        assert caught.value.after == timedelta(seconds=7)
        assert caught.value.whole_account


def test_never_more_than_four_are_under_way(mailer, microsoft, inbox):
    """The stand-in turns a fifth down, as Graph does; eight threads at once meet no refusal."""
    microsoft.faults.hold("sendMail")
    faults = []

    def work(number):
        try:
            mailer.send(letter(f"p{number}@example.com", number))
        except Busy as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    microsoft.faults.traffic.wait_for("sendMail", 4)
    with pytest.raises(TimeoutError):
        microsoft.faults.traffic.wait_for("sendMail", 5, timeout=0.2)
    microsoft.faults.release()
    for thread in threads:
        thread.join(10)
    assert faults == []
    assert statuses(microsoft) == [202] * 8
    assert len(inbox) == 8


def test_a_letter_as_big_as_graph_takes_none_of_is_said_to_be_too_big(mailer):
    import dataclasses

    big = dataclasses.replace(letter(), mime=letter().mime + b"x" * 4 * 1024 * 1024)
    with pytest.raises(Misconfigured, match="too big"):
        mailer.send(big)


def test_a_certificate_that_is_not_trusted_stops_everything(microsoft, inbox):
    mailer = Microsoft365Mailer(microsoft_tokens(microsoft), endpoint=microsoft.graph_endpoint)
    with pytest.raises(Misconfigured, match="trusted"):
        mailer.send(letter())
    mailer.close()
    assert inbox == []


def test_no_token_shows_in_a_log_or_an_error(mailer, microsoft, caplog):
    caplog.set_level(logging.DEBUG)
    mailer.send(letter())
    said = []
    for answer in (microsoft_errors.BAD_TOKEN, microsoft_errors.BACKEND_ERROR, microsoft_errors.BAD_BASE64):
        microsoft.faults.refuse(answer, on="sendMail", times=2)
        with pytest.raises((NoAccess, Unsure, Misconfigured)) as caught:
            mailer.send(letter())
        microsoft.faults.clear()
        said += traceback.format_exception(caught.value)
    said += [f"{record.getMessage()} {record.args!r}" for record in caplog.records]
    secrets = [*microsoft.tokens._access, *microsoft.tokens._refresh, microsoft.client.client_secret]
    assert [secret for secret in secrets if secret in "".join(said)] == []
