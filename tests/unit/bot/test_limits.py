"""What an account may send: the settings' word goes before what is known of its provider."""

from dataclasses import replace

import pytest

from bot.account_wiring import keep_account
from bot.settings import load_settings
from bot.wiring import account_of
from campaigns.mailbox_book import book_of
from campaigns.model import RunState
from mailers.smtp_profiles import limits_for
from tests.fakes.campaigns import House


def account():
    settings = load_settings()
    return account_of(settings, settings.sending_account)


@pytest.fixture
def gmail(environment):
    environment.setenv(
        "SMTP_URL", "smtp://events%40acme.example:app-pass@smtp.gmail.com:587?name=Acme%20Events"
    )
    return environment


def test_without_a_word_of_ours_the_limits_are_the_providers(gmail):
    known, made = limits_for("smtp.gmail.com"), account()
    assert known.per_day
    assert (made.per_minute, made.per_day, made.connections) == (
        known.per_minute,
        known.per_day,
        known.connections,
    )


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("SMTP_PER_MINUTE", "per_minute"),
        ("SMTP_PER_DAY", "per_day"),
        ("SMTP_CONNECTIONS", "connections"),
        ("SMTP_RESERVE", "reserve"),
        ("SMTP_BRAKE_REFUSALS", "brake_refusals"),
        ("SMTP_BRAKE_PERCENT", "brake_percent"),
    ],
)
def test_each_limit_can_be_set_and_leaves_the_others_alone(gmail, name, field):
    before = account()
    gmail.setenv(name, "3")
    after = account()
    assert getattr(after, field) == 3
    others = {"per_minute", "per_day", "connections", "reserve", "brake_refusals", "brake_percent"} - {field}
    assert {getattr(after, other) for other in others} == {getattr(before, other) for other in others}


def test_it_shares_its_book_with_whoever_connects_the_same_mailbox(gmail):
    assert account().book == book_of("gmail", "events@acme.example")


def test_an_account_is_shown_by_its_name_or_by_its_server(gmail):
    assert (account().address, account().label) == ("events@acme.example", "Acme Events")
    gmail.setenv("SMTP_URL", "smtp://events%40acme.example:app-pass@mail.acme.example")
    assert account().label == "SMTP at mail.acme.example"


def test_what_waits_for_a_limit_of_the_settings_goes_on_when_the_bot_starts_with_a_higher_one(tmp_path):
    house = House(tmp_path)
    try:
        limited = house.account(per_day=3)
        run = house.start(house.campaign(5))
        house.carry_due()
        for per_day, state in ((3, RunState.PAUSED), (4, RunState.RUNNING)):
            with house.store.writing() as work:
                keep_account(work, replace(limited, per_day=per_day), house.clock.now())
            assert house.run(run).state is state
    finally:
        house.close()
