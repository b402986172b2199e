"""What is sealed cannot be read from the database, and keys can be changed."""

from pathlib import Path

import pytest

from campaigns.errors import ConfigError
from storage.store import SqlStore
from storage.vault import Vault, new_key
from tests.contract.store_scene import Scene

OLD, NEW = new_key(), new_key()


def test_a_secret_opens_with_its_key():
    vault = Vault([OLD])
    sealed = vault.seal("sésame")
    assert "sésame" not in sealed
    assert vault.open(sealed) == "sésame"


def test_the_same_secret_is_never_sealed_alike():
    vault = Vault([OLD])
    assert vault.seal("sesame") != vault.seal("sesame")


def test_the_first_key_seals_and_any_opens():
    sealed = Vault([OLD]).seal("sesame")
    both = Vault([NEW, OLD])
    assert both.open(sealed) == "sesame"
    assert Vault([NEW]).open(both.seal("sesame")) == "sesame"


def test_after_rotation_the_old_key_is_not_needed():
    rotated = Vault([NEW, OLD]).rotate(Vault([OLD]).seal("sesame"))
    assert Vault([NEW]).open(rotated) == "sesame"
    with pytest.raises(ConfigError):
        Vault([OLD]).open(rotated)


@pytest.mark.parametrize(
    "sealed",
    [Vault([NEW]).seal("sesame"), "", "not sealed at all"],
    ids=["another key's", "nothing", "not sealed"],
)
def test_what_no_key_opens_says_which_setting_is_wrong(sealed):
    with pytest.raises(ConfigError, match="SECRET_KEYS") as error:
        Vault([OLD]).open(sealed)
    assert "keys rotate" in error.value.hint


@pytest.mark.parametrize("keys", [["short"], [OLD, ""], []], ids=["too short", "one empty", "none"])
def test_what_is_not_a_key_is_refused_at_the_start(keys):
    with pytest.raises(ConfigError, match="SECRET_KEYS"):
        Vault(keys)


def test_the_files_of_the_database_do_not_give_a_seed_away(sqlite_url):
    store = SqlStore(sqlite_url, Vault([OLD]))
    campaign = Scene(store).campaign()
    path = Path(store.engine.url.database or "")
    written = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    store.close()
    assert campaign.organizer.address.encode() in written  # the files do hold what was just written
    assert campaign.seed.encode() not in written
    assert bytes.fromhex(campaign.seed) not in written


def test_a_store_with_another_key_says_so(database_url):
    with_old, with_new = SqlStore(database_url, Vault([OLD])), SqlStore(database_url, Vault([NEW]))
    campaign = Scene(with_old).campaign()
    with pytest.raises(ConfigError, match="SECRET_KEYS"), with_new.reading() as work:
        work.campaigns.get(campaign.id)
    for store in (with_old, with_new):
        store.close()


def test_resealed_seeds_open_with_the_new_key_alone(database_url):
    stores = [SqlStore(database_url, Vault(keys)) for keys in ([OLD], [NEW, OLD], [NEW])]
    with_old, with_both, with_new = stores
    before = [Scene(with_old).campaign() for _ in range(3)]
    with with_both.writing() as work:
        assert work.campaigns.reseal() == 3
    with with_new.reading() as work:
        assert [work.campaigns.get(campaign.id) for campaign in before] == before
    for store in stores:
        store.close()
