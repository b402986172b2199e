"""Email services as people meet them, through signed requests over HTTP."""

import pytest

from campaigns.account import AccountState, Credential, How, Service
from campaigns.account_port import Errand
from campaigns.answer_port import Mailbox
from campaigns.connect_links import digest
from campaigns.errors import Busy, NoAccess
from campaigns.model import Kind, RunState
from campaigns.notices import NoticeKind
from campaigns.ports import Selection
from campaigns.roles import Actor
from campaigns.timing import Pace
from handlers.notifier import SlackNotifier
from playground.state import TEAM
from tests.fakes.email_doors import PUBLIC_URL
from tests.fakes.largest_screens import notice
from tests.fakes.slack_desk import whispers
from tests.unit.handlers.email_services import connected, kept, refuse, services_of, showing


def test_the_word_opens_the_accounts_with_their_service_state_and_limits(desk):
    connected(desk)
    seen = services_of(desk, desk.ana).plain()
    assert "*ana@acme.example* · Gmail" in seen
    assert "Ready" in seen
    assert "0 of 500 sent in 24 hours · at most 20 a minute" in seen
    assert "Set up in the bot's settings" in seen


def test_each_account_says_whether_its_answers_are_read(desk):
    account = connected(desk)
    assert "Answers are not read. To read them, press Renew token" in services_of(desk, desk.ana).plain()
    with desk.house.store.writing() as work:
        allowed = Credential(How.CONSENT, "s3cret", "google", reads=True)
        work.accounts.keep_credential(account.id, allowed, None)
    assert "Answers are read: not looked yet" in services_of(desk, desk.ana).plain()
    at = desk.house.clock.now()
    with desk.house.store.writing() as work:
        work.mailboxes.keep(Mailbox(account.id, "c", at, replies=1_200, bounces=1, strange=2))
    said = services_of(desk, desk.ana).plain()
    assert "Answers are read: 1,200 answers and 1 bounce so far · 2 not believed, last looked" in said
    with desk.house.store.writing() as work:
        work.mailboxes.keep(Mailbox(account.id, "c", at, "It <is> locked"))
    assert "Answers cannot be read: It &lt;is&gt; locked" in services_of(desk, desk.ana).plain()


def test_the_button_stands_on_the_home_tab(desk):
    desk.add_campaign("Team Day")
    desk.ana.open_home()
    desk.workspace.wait_for(lambda: desk.ana.home and "Email services" in desk.ana.home.buttons)
    desk.ana.press("Email services", where="home")
    assert desk.ana.wait_for_modal("Email services")


def test_words_of_the_address_narrow_the_list(desk):
    connected(desk)
    connected(desk, address="office@acme.example", service=Service.MICROSOFT_365)
    seen = services_of(desk, desk.ana, "office").plain()
    assert "office@acme.example" in seen
    assert "ana@acme.example" not in seen
    assert "No account of yours has “nobody@”" in services_of(desk, desk.ana, "nobody@").plain()


def test_a_colleague_does_not_see_an_account_that_is_not_shared(desk):
    connected(desk)
    connected(desk, address="team@acme.example", is_shared=True)
    seen = services_of(desk, desk.ben)
    assert "ana@acme.example" not in seen.plain()
    assert "team@acme.example" in seen.plain()
    assert "Disconnect" not in seen.buttons


@pytest.mark.parametrize(
    ("label", "name", "words"),
    [
        (
            "Connect Gmail",
            "Continue with Google",
            "only if you tick that",
        ),
        ("Connect Google Calendar", "Continue with Google", "It sees none of your other calendars"),
        (
            "Connect Microsoft 365",
            "Continue with Microsoft",
            "only if you tick that",
        ),
        ("Connect SMTP server", "Open the page", "never in Slack"),
    ],
)
def test_connecting_leads_out_by_a_one_time_link_and_says_what_will_happen(desk, label, name, words):
    services_of(desk, desk.ana)
    desk.ana.press(label)
    seen = desk.ana.wait_for_modal("Connect an account")
    assert words in seen.plain()
    link = desk.ana.press(name)
    assert link.startswith(f"{PUBLIC_URL}/connect/")
    with desk.house.store.reading() as work:
        ticket = work.tickets.look(digest(link.rpartition("/")[2]), Errand.LINK, desk.house.clock.now())
    assert (ticket.user, ticket.workspace) == ("U0ANA", TEAM)
    desk.ana.press("Done: show Email services")
    assert desk.ana.wait_for_modal("Email services")


def test_only_an_admin_is_offered_a_service_account(desk):
    assert "Connect service account" not in services_of(desk, desk.ben).buttons
    services_of(desk, desk.kim)
    desk.kim.press("Connect service account")
    assert "domain-wide delegation" in desk.kim.wait_for_modal("Connect an account").plain()


def test_without_an_app_at_google_an_admin_is_still_offered_a_service_account(desk):
    desk.connecting._consents = {}
    seen = services_of(desk, desk.kim)
    assert "Connect service account" in seen.buttons
    assert "GOOGLE_CLIENT_ID" not in seen.plain()
    desk.kim.press("Connect service account")
    assert "domain-wide delegation" in desk.kim.wait_for_modal("Connect an account").plain()
    seen = services_of(desk, desk.ben)
    assert not {"Connect service account", "Connect Gmail"} & set(seen.buttons)
    assert "GOOGLE_CLIENT_ID" in seen.plain()


def test_a_renewal_is_for_the_account_it_was_pressed_at(desk):
    account = connected(desk)
    refuse(desk, account)
    seen = services_of(desk, desk.ana)
    assert "Needs to be renewed" in seen.plain()
    desk.ana.press("Renew token", near="ana@acme.example")
    shown = desk.ana.wait_for_modal("Renew token")
    assert "You sign in as ana@acme.example" in shown.plain()
    link = desk.ana.press("Open the page")
    with desk.house.store.reading() as work:
        ticket = work.tickets.look(digest(link.rpartition("/")[2]), Errand.LINK, desk.house.clock.now())
    assert ticket.account_id == account.id


def alert(desk, account):
    """The alert in the channel, where everybody can press."""
    told = {
        "account": str(account.id),
        "address": account.address,
        "service": account.kind,
        "workspace": TEAM,
        "channel": "C0EVENTS",
    }
    SlackNotifier(desk.client).tell(notice(NoticeKind.ACCESS_LOST, **told), None, None, [])


def test_a_colleague_who_presses_renew_token_is_told_politely_and_privately_whom_to_ask(desk):
    alert(desk, connected(desk))
    before = len(desk.workspace.messages)
    desk.ben.press("Renew token")
    seen = desk.ben.wait_for_modal("Not allowed").plain()
    assert "Only the person who connected this account may do that." in seen
    assert "<@U0ANA>" in seen
    assert len(desk.workspace.messages) == before


def test_whoever_connected_it_renews_it_from_the_alert(desk):
    alert(desk, connected(desk))
    desk.ana.press("Renew token")
    assert "ana@acme.example" in desk.ana.wait_for_modal("Renew token").plain()


@pytest.mark.parametrize(
    ("resumes", "said"),
    [(True, "goes on by itself once it is renewed"), (False, "Then press *Resume*")],
)
def test_the_way_to_renew_says_what_then_becomes_of_what_waits(desk, resumes, said):
    desk.connecting.resumes = resumes
    account = connected(desk)
    refuse(desk, account)
    services_of(desk, desk.ana)
    desk.ana.press("Renew token", near="ana@acme.example")
    assert said in desk.ana.wait_for_modal("Renew token").plain()


def waiting_runs(desk, account, owners):
    """A run of each of ``owners``, and all of them wait for the account."""
    runs = []
    for number, owner in enumerate(owners):
        made = desk.add_campaign(f"Day {number}", owner=owner, account=account)
        how = {"channel": "C0EVENTS", "submission": f"press-{number}"}
        actor = Actor(TEAM, owner)
        runs.append(desk.house.runs.start(actor, made.id, Selection(Kind.INVITE), Pace(5, 0), **how))
    refuse(desk, account)
    desk.tell()
    shown = [one for one in desk.workspace.messages if one.channel == "C0EVENTS"]
    (told,) = [one for one in shown if "Resume all" in one.buttons]
    return runs, told


def states(desk, runs):
    return [desk.house.run(run).state for run in runs]


def test_resume_below_the_alert_lets_every_run_go_on_that_is_theirs(desk):
    account = connected(desk, is_shared=True)
    runs, told = waiting_runs(desk, account, ["U0ANA", "U0BEN", "U0ANA"])
    desk.ben.press("Resume all", where=told)
    (said,) = desk.workspace.wait_for(lambda: whispers(desk, desk.ben))
    assert said == "*1 run goes on.*\n2 runs wait for others to resume."
    assert states(desk, runs) == [RunState.PAUSED, RunState.RUNNING, RunState.PAUSED]
    desk.kim.press("Resume all", where=told)  # an admin
    desk.workspace.wait_for(lambda: whispers(desk, desk.kim))
    assert states(desk, runs) == [RunState.RUNNING] * 3


def test_a_late_resume_all_gets_the_truth(desk):
    account = connected(desk)
    runs, told = waiting_runs(desk, account, ["U0ANA", "U0ANA"])
    desk.ben.press("Resume all", where=told)
    (said,) = desk.workspace.wait_for(lambda: whispers(desk, desk.ben))
    assert "<@U0ANA>" in said
    assert states(desk, runs) == [RunState.PAUSED] * 2
    desk.ana.press("Resume all", where=told)
    desk.workspace.wait_for(lambda: whispers(desk, desk.ana))
    desk.ana.press("Resume all", where=told)
    late = desk.workspace.wait_for(lambda: whispers(desk, desk.ana)[1:])
    assert late == ["No run waits for this account any more. Nothing was changed."]


def test_a_test_says_what_the_mail_service_answered(desk):
    account = connected(desk)
    services_of(desk, desk.ana)
    desk.ana.press("Test", near="ana@acme.example")
    assert showing(desk, desk.ana, "Tested: the mail service lets sendinvites in as ana@acme.example.")
    desk.door.fault = Busy("The provider is away")
    desk.ana.press("Test", near="ana@acme.example")
    seen = showing(desk, desk.ana, "The mail service did not answer just now: The provider is away.")
    assert "Nothing was changed; try again in a minute." in seen
    assert "Tested" not in seen
    assert kept(desk, account).state is AccountState.READY
    desk.door.fault = NoAccess("The sign-in has expired")
    desk.ana.press("Test", near="ana@acme.example")
    assert showing(desk, desk.ana, "Tested: ana@acme.example is refused.")
    assert kept(desk, account).state is AccountState.NEEDS_RENEWAL


def test_without_an_account_the_form_leads_to_email_services(desk):
    with desk.house.store.writing() as work:
        work.accounts.retire_others(None)
    desk.list_of(desk.ana)
    desk.ana.press("New campaign")
    seen = desk.ana.wait_for_modal("New campaign")
    assert "No sending account is connected yet." in seen.plain()
    desk.ana.press("Email services")
    assert desk.ana.wait_for_modal("Email services")


def test_the_form_says_which_service_an_account_is_of(desk):
    connected(desk)
    desk.list_of(desk.ana)
    desk.ana.press("New campaign")
    blocks = {block["block_id"]: block for block in desk.ana.wait_for_modal("New campaign").blocks}
    options = blocks["account"]["element"]["options"]
    assert {one["text"]["text"]: one["description"]["text"] for one in options} == {
        "out@example.org": "SMTP server · Outgoing",
        "ana@acme.example": "Gmail",
    }
