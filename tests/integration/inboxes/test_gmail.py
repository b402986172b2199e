"""Readers of Gmail: what is not read, and what its refusals mean; what all keep is in tests/contract."""

from datetime import timedelta

import pytest

from campaigns.errors import Busy, Misconfigured, NoAccess
from mailers.gmail_inbox import GmailInbox
from mailers.google_auth import READ_MAIL, SEND_MAIL
from playground import google_errors
from tests.contract.inbox_suite import SINCE, mail, read_on
from tests.fakes.provider_accounts import ANN, google_tokens
from tests.integration.inboxes.looking import look


def gmail(google, *scopes):
    return GmailInbox(google_tokens(google, *(scopes or (READ_MAIL,))), endpoint=google.gmail_endpoint)


def test_ones_own_mail_spam_and_trash_are_not_read(google):
    at = SINCE + timedelta(minutes=1)
    for number, label in enumerate(("SENT", "DRAFT", "SPAM", "TRASH")):
        google.mail.put(ANN, mail(number), at, (label,))
    google.mail.put(ANN, mail(9), at, ("CATEGORY_UPDATES", "UNREAD"))
    assert read_on(gmail(google))[0] == [mail(9)]


def test_mail_that_was_only_just_read_is_not_asked_for_again(google):
    """Each look begins a little before the newest: what is known there costs no question of its own."""
    google.mail.put(ANN, mail(1), SINCE + timedelta(minutes=1))
    inbox = gmail(google)
    _, cursor = read_on(inbox)
    google.faults.refuse(google_errors.BACKEND_ERROR, on="gmail.get")
    assert read_on(inbox, cursor)[0] == []


def test_without_the_right_to_read_it_is_no_access(google):
    with pytest.raises(NoAccess) as refused:
        look(gmail(google, SEND_MAIL))
    assert "allow reading" in refused.value.hint


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (google_errors.TOO_MANY_AT_ONCE, Busy),
        (google_errors.DAILY_LIMIT, Busy),
        (google_errors.BACKEND_ERROR, Busy),
        (google_errors.UNAVAILABLE, Busy),
        (google_errors.DOMAIN_POLICY, Misconfigured),
        (google_errors.DELEGATION_DENIED, Misconfigured),
        (google_errors.NO_MAIL_SERVICE, Misconfigured),
    ],
)
def test_gmails_no_is_one_of_three(google, answer, fault):
    google.faults.refuse(answer, on="gmail.list")
    with pytest.raises(fault):
        look(gmail(google))


def test_a_page_of_somebodys_network_is_no_list(google):
    google.faults.garble(on="gmail.list")
    with pytest.raises(Busy):
        look(gmail(google))
