"""The panel takes the reading of answers away, wherever they are read, and gives it back."""

import pytest
import requests
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from playground import Mailbox
from playground.break_panel import BreakPanel
from playground.google_stand_in import GoogleStandIn
from playground.imap_server import ImapServer
from playground.microsoft_stand_in import MicrosoftStandIn
from tests.unit.playground.oauth_clients import BACK, ROOT, Msal, delegated, gmail, refusal

OWNER, PASSWORD = "ana@acme.example", "s3cret"
READ = f"{ROOT}gmail.readonly"


@pytest.fixture
def box():
    return Mailbox(username=OWNER, password=PASSWORD, own_address=OWNER)


def deeds(panel):
    return {control.deed for control in panel.controls()}


def test_without_a_place_to_read_from_there_is_no_button(box):
    assert not {"refuse_reading", "allow_reading"} & deeds(BreakPanel(box))


def test_logins_to_the_mailbox_are_refused_and_who_was_in_is_sent_away(box):
    with ImapServer(box) as imap:
        panel = BreakPanel(box, reading=imap)
        line = IMAPClient(imap.host, imap.port, ssl=False, timeout=10)
        line.login(OWNER, PASSWORD)
        assert "refuse_reading" in deeds(panel)
        panel.do("refuse_reading")
        panel.do("refuse_reading")
        with pytest.raises((OSError, line.AbortError)):
            line.noop()
        line.shutdown()
        with IMAPClient(imap.host, imap.port, ssl=False, timeout=10) as again:
            with pytest.raises(LoginError):
                again.login(OWNER, PASSWORD)
            assert "allow_reading" in deeds(panel)
            panel.do("allow_reading")
            again.login(OWNER, PASSWORD)
        panel.do("refuse_reading")
        panel.do("all_well")
        assert not imap.is_reading_refused


def test_google_lets_nobody_read(box):
    with GoogleStandIn(box.deliver, store=box.store) as google:
        google.service.delegated = {READ}
        panel = BreakPanel(box, reading=google)
        with gmail(google, delegated(google, READ)) as service:
            mail = service.users().messages()
            panel.do("refuse_reading")
            assert refusal(mail.list(userId="me").execute)[:2] == (403, "insufficientPermissions")
            assert "allow_reading" in deeds(panel)
            panel.do("allow_reading")
            assert mail.list(userId="me").execute()["resultSizeEstimate"] == 0


def test_microsoft_lets_nobody_read(box):
    with MicrosoftStandIn(box.deliver, store=box.store, redirect_uris=[BACK]) as microsoft:
        panel, client = BreakPanel(box, reading=microsoft), Msal(microsoft)
        client.scopes = ("Mail.Read",)
        head = {"Authorization": f"Bearer {client.consented()['access_token']}"}
        url = f"{microsoft.graph_endpoint}/me/mailFolders/inbox/messages"
        statuses = []
        for deed in ("refuse_reading", "allow_reading"):
            panel.do(deed)
            statuses.append(client.session.get(url, headers=head, timeout=10).status_code)
        client.session.close()
    assert statuses == [requests.codes.forbidden, requests.codes.ok]
