"""Email services on a person's screen: accounts that are connected or refused, and what is shown of them."""

from campaigns.account import Account, Credential, How, Service
from campaigns.errors import NoAccess
from campaigns.renewal import lose_access
from playground.state import TEAM


def connected(desk, *, address="ana@acme.example", service=Service.GMAIL, by="U0ANA", **more):
    draft = Account(0, service, address, address, 20, 500, workspace=TEAM, connected_by=by, **more)
    with desk.house.store.writing() as work:
        kept = work.accounts.upsert(draft)
        return work.accounts.keep_credential(kept.id, Credential(How.CONSENT, "s3cret", "google"), None)


def kept(desk, account):
    with desk.house.store.reading() as work:
        return work.accounts.get(account.id)


def refuse(desk, account):
    desk.door.fault = NoAccess("The sign-in has expired", hint="Sign in again.")
    with desk.house.store.writing() as work:
        lose_access(work, account, cause="The sign-in has expired", hint="", now=desk.house.clock.now())


def services_of(desk, person, words=""):
    person.close()
    person.type(f"/sendinvites services {words}".strip())
    return person.wait_for_modal("Email services")


def showing(desk, person, words):
    """The screen on top, once these words stand on it."""
    return desk.workspace.wait_for(lambda: words in person.modal.plain() and person.modal.plain())
