"""Each setting that is missing or wrong is named, with what to do and without its value."""

from pathlib import Path

import pytest

from bot.settings import Settings, load_settings
from campaigns.errors import ConfigError
from tests.unit.bot.complete import COMPLETE, KEY, SECRETS

REQUIRED = [name for name, field in Settings.model_fields.items() if field.is_required()]


def refused(**more):
    with pytest.raises(ConfigError) as caught:
        load_settings(**more)
    error = caught.value
    assert error.hint == "Set them in the environment or in .env; see .env.example."
    assert not [secret for secret in SECRETS if secret in f"{error} {error!r} {error.__cause__}"]
    return error.message


def test_a_complete_set_is_taken(environment):
    settings = load_settings()
    assert settings.slack_bot_token.get_secret_value() == COMPLETE["SLACK_BOT_TOKEN"]
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 3000)


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_setting_is_named_with_where_to_find_it(environment, name):
    environment.delenv(name.upper())
    assert refused() == f"{name.upper()} is missing. {Settings.model_fields[name].description}"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "bot.localhost"])
def test_on_this_machine_alone_pages_need_no_encryption(environment, host):
    """For a look at them before there is a certificate: nothing leaves the machine."""
    environment.setenv("PUBLIC_URL", f"http://{host}:3000/")
    assert load_settings().public_url == f"http://{host}:3000"


def test_all_that_is_missing_is_named_at_once(environment):
    for name in REQUIRED:
        environment.delenv(name.upper())
    assert [line.split()[0] for line in refused().splitlines()] == [name.upper() for name in REQUIRED]


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("SLACK_BOT_TOKEN", "xapp-canary", "a bot token starts with xoxb-"),
        ("SLACK_BOT_TOKEN", "", "a bot token starts with xoxb-"),
        ("SLACK_TRANSPORT", "carrier-pigeon", "'socket' or 'http'"),
        ("SLACK_API_URL", "slack.com/api", "an address starts with https://"),
        ("PUBLIC_URL", "ftp://acme.example", "an address starts with https://"),
        (
            "PUBLIC_URL",
            "http://invites.acme.example",
            "passwords would travel in clear: it starts with https://",
        ),
        ("PUBLIC_URL", "http://10.0.0.5:3000", "passwords would travel in clear: it starts with https://"),
        ("PUBLIC_URL", "http://localhost.acme.example", "passwords would travel in clear"),
        ("PUBLIC_URL", "http://", "passwords would travel in clear"),
        ("HTTP_PORT", "65536", "less than or equal to 65535"),
        ("HTTP_PORT", "http", "valid integer"),
        ("SMTP_PER_MINUTE", "0", "greater than or equal to 1"),
        ("SMTP_PER_DAY", "many", "valid integer"),
        ("SMTP_CONNECTIONS", "17", "less than or equal to 16"),
        ("SMTP_RESERVE", "-1", "greater than or equal to 0"),
        ("SMTP_BRAKE_REFUSALS", "0", "greater than or equal to 1"),
        ("SMTP_BRAKE_PERCENT", "101", "less than or equal to 100"),
        ("ALERTS_FROM", "alerts", "that is no email address"),
        ("ALERTS_FROM", "alerts@acme.example, ana@acme.example", "that is no email address"),
        ("DATABASE_URL", "", "not a database address"),
        ("DATABASE_URL", "mysql://acme.example/invites", "DATABASE_URL names mysql"),
        ("DATABASE_URL", "postgresql://bot:pass@acme.example:canary/invites", "its port is not a number"),
        ("SMTP_URL", "events@acme.example", "does not begin with smtp:// or smtps://"),
        ("ALERTS_SMTP_URL", "", "does not begin with smtp:// or smtps://"),
        ("GOOGLE_URL", "accounts.google.com", "an address starts with https://"),
        ("MICROSOFT_TENANT", "acme/other", "a tenant is organizations, an id, or a domain"),
        ("GOOGLE_TESTING", "perhaps", "valid boolean"),
        ("SMTP_URL", "smtp://events:canary-pass@smtp.acme.example", "from which address"),
        ("SMTP_URL", "smtp://events:canary-pass@smtp.acme.example:nought", "port"),
        ("ALERTS_SMTP_URL", "smtp://alerts:canary-pass@", "names no mail server"),
        ("ATTACH_ICS", "perhaps", "valid boolean"),
        ("SLACK_USER_GROUP", "organizers", "the id of a user group starts with S"),
        ("SLACK_USER_GROUP", "C0123456789", "the id of a user group starts with S"),
        ("APPROVAL_ABOVE", "0", "greater than or equal to 1"),
        ("APPROVAL_ABOVE", "many", "valid integer"),
        ("MAX_ROWS", "-1", "greater than or equal to 1"),
        ("LOG_LEVEL", "LOUD", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("LOG_FORMAT", "xml", "'console' or 'json'"),
    ],
)
def test_a_wrong_setting_is_named_with_why_and_what_it_is_for(environment, name, value, why):
    environment.setenv(name, value)
    said = refused()
    assert said.startswith(f"{name} is wrong: ")
    assert why in said
    assert "canary" not in said
    assert said.endswith(Settings.model_fields[name.lower()].description)


@pytest.mark.parametrize(
    ("host", "a_day", "why"),
    [
        ("smtp.acme.example", "", "it is kept free of the daily limit, so set SMTP_PER_DAY too"),
        ("smtp.acme.example", "50", "keep fewer free than the 50 that may go in 24 hours"),
        ("smtp.gmail.com", "", "keep fewer free than the 500 that may go in 24 hours"),
    ],
)
def test_what_is_kept_free_is_a_part_of_what_may_go_in_a_day(environment, host, a_day, why):
    environment.setenv("SMTP_URL", f"smtp://events%40acme.example:pass@{host}")
    environment.setenv("SMTP_PER_DAY", a_day)
    environment.setenv("SMTP_RESERVE", "500")
    assert refused() == f"SMTP_RESERVE: {why}."
    environment.setenv("SMTP_PER_DAY", "501")
    assert load_settings().smtp_reserve == 500


@pytest.mark.parametrize(
    "name", ["SMTP_URL", "ALERTS_SMTP_URL", "SECRET_KEYS", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"]
)
def test_what_stands_in_the_other_settings_is_never_in_the_words(environment, name):
    """pydantic quotes the whole input of a model that does not fit together."""
    environment.delenv("SLACK_SIGNING_SECRET")
    environment.setenv(name, "")
    environment.setenv("HTTP_PORT", "x")
    refused()


@pytest.mark.parametrize(
    ("transport", "missing"),
    [("http", "SLACK_SIGNING_SECRET"), ("http", "PUBLIC_URL"), ("socket", "SLACK_APP_TOKEN")],
)
@pytest.mark.parametrize("how", ["unset", "empty"])
def test_a_transport_asks_for_what_it_needs(environment, transport, missing, how):
    environment.setenv("SLACK_TRANSPORT", transport)
    if how == "unset":
        environment.delenv(missing, raising=False)
    else:
        environment.setenv(missing, "")
    said = refused()
    assert said.startswith(f"{missing}: the {transport} transport needs ")


def test_a_transport_asks_for_nothing_of_the_other(environment):
    for name in ("SLACK_SIGNING_SECRET", "PUBLIC_URL"):
        environment.delenv(name)
    environment.setenv("SLACK_TRANSPORT", "socket")
    environment.setenv("SLACK_APP_TOKEN", "xapp-canary")
    assert load_settings().slack_transport == "socket"


def test_no_account_of_the_settings_is_needed(environment):
    """People connect their own."""
    environment.setenv("SMTP_URL", "")
    assert load_settings().sending_account is None
    environment.delenv("SMTP_URL")
    assert load_settings().sending_account is None


@pytest.mark.parametrize("name", ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "MICROSOFT_CLIENT_SECRET"])
def test_a_client_and_its_secret_come_together(environment, name):
    environment.setenv(name, "canary-half")
    provider = name.partition("_")[0]
    said = f"{provider}_CLIENT_ID and {provider}_CLIENT_SECRET: one needs the other."
    assert refused() == said


def test_an_empty_tenant_is_every_companys(environment):
    environment.setenv("MICROSOFT_TENANT", "")
    assert load_settings().microsoft_tenant == "organizations"


def test_the_socket_transport_has_web_pages_once_there_is_a_public_address(environment):
    environment.setenv("SLACK_TRANSPORT", "socket")
    environment.setenv("SLACK_APP_TOKEN", "xapp-canary")
    assert load_settings().has_web_pages
    environment.setenv("PUBLIC_URL", "")
    assert not load_settings().has_web_pages


@pytest.mark.parametrize("name", ["SMTP_PER_MINUTE", "SMTP_PER_DAY", "SMTP_CONNECTIONS", "APPROVAL_ABOVE"])
def test_an_empty_limit_is_no_limit_of_ours(environment, name):
    environment.setenv(name, "")
    assert getattr(load_settings(), name.lower()) is None


def test_no_user_group_is_needed(environment):
    environment.setenv("SLACK_USER_GROUP", "")
    assert load_settings().slack_user_group == ""
    environment.setenv("SLACK_USER_GROUP", "S0123456789")
    assert load_settings().slack_user_group == "S0123456789"


@pytest.mark.parametrize("address", ["alerts+invites@acme.example", "a&b=c%2F?@acme.example"])
def test_alerts_come_from_the_address_that_was_set_whatever_is_in_it(environment, address):
    environment.setenv("ALERTS_FROM", address)
    environment.setenv("ALERTS_SMTP_URL", "smtp://relay:from=@smtp.acme.example:587")
    assert load_settings().alerts_account.sender == address


def test_a_sender_in_the_alerts_url_goes_before(environment):
    environment.setenv("ALERTS_SMTP_URL", "smtp://relay:pass@smtp.acme.example?name=Acme&from=x@acme.example")
    assert load_settings().alerts_account.sender == "x@acme.example"


def test_addresses_lose_their_last_slash(environment):
    environment.setenv("PUBLIC_URL", "https://invites.acme.example/")
    assert load_settings().public_url == "https://invites.acme.example"


def test_a_dotenv_file_in_the_folder_is_read_and_the_environment_goes_before_it(environment):
    Path(".env").write_text("ALERTS_FROM=zoe@acme.example\nHTTP_PORT=4001\nMAX_ROWS=7\n", encoding="utf-8")
    environment.delenv("ALERTS_FROM")
    environment.setenv("HTTP_PORT", "4002")
    settings = load_settings()
    assert (settings.alerts_from, settings.http_port, settings.max_rows) == ("zoe@acme.example", 4002, 7)


def test_without_a_dotenv_file_none_is_read(environment):
    Path(".env").write_text("MAX_ROWS=7\n", encoding="utf-8")
    assert load_settings(env_file=None).max_rows == 100_000


def test_a_wrong_line_in_the_dotenv_file_is_named_like_any_other(environment):
    Path(".env").write_text("HTTP_PORT=nowhere\n", encoding="utf-8")
    assert refused().startswith("HTTP_PORT is wrong: ")


def test_settings_show_no_secret_when_printed(environment):
    environment.setenv("DATABASE_URL", "postgresql://bot:canary-database-pass@db.acme.example/invites")
    settings = load_settings()
    shown = f"{settings} {settings!r}"
    assert not [secret for secret in (*SECRETS, "canary-database-pass") if secret in shown]


def test_every_secret_is_known_to_the_filter_of_the_logs(environment):
    other = "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItb3Q="
    environment.setenv("SECRET_KEYS", f"{KEY}, {other},")
    environment.setenv("SLACK_APP_TOKEN", "xapp-canary")
    environment.setenv("DATABASE_URL", "postgresql://bot:canary/database@db.acme.example/invites")
    settings = load_settings()
    assert settings.keys == [KEY, other]
    assert {*SECRETS, other, "xapp-canary", "canary/database"} <= set(settings.secrets) | {
        "canary%2Fsending%40pass"  # stands in the URL, which is known as a whole
    }


def test_where_mail_is_read_is_checked_at_the_door_and_its_password_is_a_secret(environment):
    environment.setenv("IMAP_URL", "imaps://ann%40acme.example:canary%2Fread@imap.acme.example")
    settings = load_settings()
    assert settings.reading_account.host == "imap.acme.example"
    assert "canary/read" in settings.secrets
    assert "canary" not in repr(settings)
    environment.setenv("IMAP_URL", "https://imap.acme.example")
    assert refused().startswith("IMAP_URL is wrong: ")


def test_without_it_nothing_is_read(environment):
    assert load_settings().reading_account is None


@pytest.mark.parametrize("token", ["short", "x" * 31, "ä" * 40, "x" * 40 + "\n"])
def test_a_token_that_could_be_guessed_or_not_be_sent_is_refused(environment, token):
    environment.setenv("API_TOKEN", token)
    assert refused().startswith("API_TOKEN is wrong: a token has at least 32")


def test_with_a_token_programs_are_answered_over_http_and_it_is_a_secret(environment):
    environment.setenv("SLACK_TRANSPORT", "socket")
    environment.setenv("SLACK_APP_TOKEN", "xapp-canary")
    environment.setenv("PUBLIC_URL", "")
    assert not load_settings().has_web_pages
    environment.setenv("API_TOKEN", "canary" * 6)
    settings = load_settings()
    assert settings.has_web_pages
    assert "canary" * 6 in settings.secrets
    assert "canary" * 6 not in repr(settings)
