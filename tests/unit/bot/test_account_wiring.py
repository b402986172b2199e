"""What the settings mean for the links in alert mails."""

import pytest

from bot.account_wiring import renewal_links, signatures_of
from bot.settings import load_settings
from campaigns.connect_links import read_renewal_key
from storage.vault import new_key

OLD, NEW, FOREIGN = new_key(), new_key(), new_key()


@pytest.fixture
def with_keys(environment):
    def with_keys(*keys):
        environment.setenv("SECRET_KEYS", ",".join(keys))
        return load_settings()

    return with_keys


def read(link, settings):
    return read_renewal_key(link.rpartition("/")[2], signatures_of(settings))


def test_a_link_that_was_mailed_before_the_keys_were_rotated_still_opens(with_keys):
    mailed = renewal_links(with_keys(OLD))(7, 3)
    assert read(mailed, with_keys(NEW, OLD)) == (7, 3)
    assert read(mailed, with_keys(NEW)) is None


def test_new_links_are_signed_with_the_newest_key(with_keys):
    mailed = renewal_links(with_keys(NEW, OLD))(7, 3)
    assert read(mailed, with_keys(NEW)) == (7, 3)
    assert read(mailed, with_keys(OLD)) is None


def test_a_key_that_was_never_ours_signs_nothing(with_keys):
    assert read(renewal_links(with_keys(FOREIGN))(7, 3), with_keys(NEW, OLD)) is None
