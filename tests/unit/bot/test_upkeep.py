"""Rotated keys reach everything that is sealed."""

from bot.settings import load_settings
from bot.upkeep import rotate_keys
from campaigns.account import Account, Credential, How
from storage.store import SqlStore
from storage.vault import Vault, new_key
from tests.unit.bot.complete import a_campaign

TOKEN = Credential(How.CONSENT, "refresh", provider="google", user="olga@acme.example")


def test_keys_are_rotated_for_campaigns_and_for_connected_accounts(environment, tmp_path):
    url, old, new = f"sqlite:///{tmp_path / 'rotated.db'}", new_key(), new_key()
    seed = a_campaign(tmp_path / "rotated.db", old)
    before = SqlStore(url, Vault([old]))
    with before.writing() as work:
        account = work.accounts.upsert(Account(0, "gmail", TOKEN.user, "Gmail", workspace="T1"))
        work.accounts.keep_credential(account.id, TOKEN, None)
    before.close()
    environment.setenv("DATABASE_URL", url)
    environment.setenv("SECRET_KEYS", f"{new},{old}")
    assert rotate_keys(load_settings(None)) == 2
    after = SqlStore(url, Vault([new]))
    with after.reading() as work:
        assert work.accounts.credential(account.id) == TOKEN
        assert work.campaigns.get(1).seed == seed
    after.close()
