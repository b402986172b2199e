"""A complete set of settings, every secret that is in it, and a database with a sealed one."""

from datetime import UTC, datetime, timedelta

from campaigns.account import Account
from campaigns.model import Event, MailProgress, Organizer
from campaigns.ports import CampaignForm
from campaigns.roster import Roster
from storage.migrate import migrate
from storage.store import SqlStore
from storage.vault import Vault

BOT_TOKEN = "xoxb-canary-bot-token"
SIGNING_SECRET = "canary-signing-secret"
SMTP_PASSWORD = "canary/sending@pass"
ALERTS_PASSWORD = "canary-alerts-pass"
KEY = "Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbmE="

COMPLETE = {
    "SLACK_BOT_TOKEN": BOT_TOKEN,
    "SLACK_SIGNING_SECRET": SIGNING_SECRET,
    "SLACK_TRANSPORT": "http",
    "PUBLIC_URL": "https://invites.acme.example",
    "SMTP_URL": "smtp://events%40acme.example:canary%2Fsending%40pass@smtp.acme.example:587",
    "ALERTS_SMTP_URL": f"smtp://alerts%40acme.example:{ALERTS_PASSWORD}@smtp.acme.example:587",
    "ALERTS_FROM": "alerts@acme.example",
    "SECRET_KEYS": KEY,
}
SECRETS = (BOT_TOKEN, SIGNING_SECRET, SMTP_PASSWORD, "canary%2Fsending%40pass", ALERTS_PASSWORD, KEY)


def a_campaign(path, key):
    """A database with one campaign, whose seed is sealed."""
    store = SqlStore(f"sqlite:///{path}", Vault([key]))
    migrate(store.engine)
    now = datetime.now(UTC)
    with store.writing() as work:
        account = work.accounts.upsert(Account(0, "smtp", "events@acme.example", "Acme"))
        event = Event("Kick-off", now, now + timedelta(hours=1), "UTC")
        form = CampaignForm(
            event, Organizer("Acme", account.address), account.id, "ana@acme.example", MailProgress.OFF
        )
        made = work.campaigns.add(
            form, workspace="T1", owner="U1", roster=Roster(("email",), [], []), missing_values=0, now=now
        )
    store.close()
    return made.seed
