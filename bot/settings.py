"""Settings: environment and ``.env``, each checked at the door with a message that says what to do."""

import re
from dataclasses import replace
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from campaigns.account_hosts import is_this_machine
from campaigns.errors import BadAddress, ConfigError
from campaigns.invite_clean import checked_address
from mailers.imap_account import ImapAccount, parse_imap_url
from mailers.smtp_account import SmtpAccount, parse_smtp_url
from mailers.smtp_profiles import limits_for
from storage.engine import parse_url

_USER_GROUP = re.compile(r"S[A-Z0-9]{2,20}")
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")

SHORTEST_API_TOKEN = 32


class Settings(BaseSettings):
    """Every setting of ``sendinvites serve``. The description is what ``.env.example`` says."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore")

    slack_bot_token: SecretStr = Field(
        description="Slack > your app > OAuth & Permissions > Bot User OAuth Token.",
        examples=["xoxb-your-token"],
    )
    slack_signing_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Slack > your app > Basic Information > Signing Secret. Needed for SLACK_TRANSPORT=http.",
        examples=[""],
    )
    slack_app_token: SecretStr = Field(
        default=SecretStr(""),
        description="Slack > your app > Basic Information > App-Level Tokens, scope connections:write. "
        "Needed for SLACK_TRANSPORT=socket.",
        examples=["xapp-your-token"],
    )
    slack_transport: Literal["socket", "http"] = Field(
        default="socket",
        description="socket: the bot calls Slack, no public address needed. http: Slack calls the bot.",
    )
    slack_api_url: str = Field(
        default="",
        description="Only behind a proxy or with a stand-in: the base of Slack's Web API.",
    )
    http_host: str = Field(default="127.0.0.1", description="Where the HTTP server listens.")
    http_port: int = Field(
        default=3000,
        ge=0,
        le=65535,
        description="Where the pages of PUBLIC_URL are, health at /health, and with SLACK_TRANSPORT=http "
        "Slack's requests at /slack/events.",
    )
    public_url: str = Field(
        default="",
        description="The https:// address of this server from outside: for the pages on which people connect "
        "their email accounts, and for Slack with SLACK_TRANSPORT=http. http:// only on this machine alone.",
        examples=["https://invites.example.com"],
    )
    database_url: str = Field(
        default="sqlite:///sendinvites.db",
        repr=False,  # a server's address holds a password
        description="A file (sqlite:///sendinvites.db) or a server (postgresql://user:password@host/name).",
    )
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="An account that everybody may send from; ?from= if it differs from the login. "
        "Percent-encode special characters of the password. Empty: people connect their own.",
        examples=["smtp://events%40example.com:app-password@smtp.example.com:587?from=events@example.com"],
    )
    imap_url: SecretStr = Field(
        default=SecretStr(""),
        description="Where the mail of the account of SMTP_URL is, so that answers and bounces are read; "
        "nothing there is changed. imaps:// for port 993, imap:// for 143. Empty: they are not read.",
        examples=["imaps://events%40example.com:app-password@imap.example.com:993"],
    )
    smtp_per_minute: int | None = Field(
        default=None, ge=1, description="Invites a minute; empty: the provider's known limit."
    )
    smtp_per_day: int | None = Field(
        default=None, ge=1, description="Invites in any 24 hours; empty: the provider's known limit."
    )
    smtp_connections: int | None = Field(
        default=None, ge=1, le=16, description="Connections at once; empty: what suits the provider."
    )
    smtp_reserve: int = Field(
        default=0,
        ge=0,
        description="Of the invites in 24 hours, so many are kept free for other mail of this account.",
    )
    smtp_brake_refusals: int = Field(
        default=5,
        ge=1,
        le=1_000,
        description="A run pauses after so many equal refusals in a row that speak of the sender.",
    )
    smtp_brake_percent: int = Field(
        default=25,
        ge=1,
        le=100,
        description="A run pauses when more than so many percent of its latest invites (at most 200, five at "
        "least) fail or are unsure.",
    )
    alerts_smtp_url: SecretStr = Field(
        description="Another account for alerts and confirmations: it must work when the first one does not.",
        examples=["smtp://alerts%40example.com:app-password@smtp.example.com:587"],
    )
    alerts_from: str = Field(
        description="The sender of alerts and confirmations.", examples=["alerts@example.com"]
    )
    google_client_id: str = Field(
        default="",
        description="Google Cloud console > Clients > your web client. For Gmail and Google Calendar.",
        examples=["1234567890-abc.apps.googleusercontent.com"],
    )
    google_client_secret: SecretStr = Field(
        default=SecretStr(""), description="The secret of that client.", examples=[""]
    )
    google_testing: bool = Field(
        default=False,
        description="true: the Google app is in testing mode, where access ends after seven days.",
    )
    microsoft_client_id: str = Field(
        default="",
        description="Entra admin center > App registrations > Application (client) ID. For Microsoft 365.",
        examples=["00000000-0000-0000-0000-000000000000"],
    )
    microsoft_client_secret: SecretStr = Field(
        default=SecretStr(""),
        description="The value of a client secret of that app, not its id.",
        examples=[""],
    )
    microsoft_tenant: str = Field(
        default="organizations",
        description="Whose accounts may be connected: organizations for any company's, or your tenant's id.",
    )
    resume_after_renewal: bool = Field(
        default=True,
        description="Runs that waited for an account go on by themselves once its access is renewed.",
    )
    google_url: str = Field(default="", description="Only with a stand-in: where Google is.")
    microsoft_url: str = Field(default="", description="Only with a stand-in: where Microsoft is.")
    ses_url: str = Field(
        default="", description="Only with a stand-in: where Amazon SES tells what an account may send."
    )
    provider_certificate: str = Field(
        default="",
        description="Only with a stand-in: the file of the one certificate to trust.",
    )
    secret_keys: SecretStr = Field(
        description="One or more keys, newest first, separated by commas. Make one: sendinvites keys new",
        examples=["make-one-with-sendinvites-keys-new"],
    )
    api_token: SecretStr = Field(
        default=SecretStr(""),
        description="Programs that show it may add attendees to every campaign, over HTTP at /api/v1. "
        "At least 32 characters, as of: sendinvites keys new. Empty: there is no such interface.",
        examples=[""],
    )
    attach_ics: bool = Field(
        default=True, description="Attach invite.ics as well, for clients that only read attachments."
    )
    slack_user_group: str = Field(
        default="",
        description="A Slack user group (id S...): only its members and admins make and send campaigns.",
        examples=["S0123456789"],
    )
    approval_above: int | None = Field(
        default=None,
        ge=1,
        description="Runs for more attendees than this wait for a second person's approval; empty: never.",
    )
    max_rows: int = Field(default=100_000, ge=1, description="The longest attendee list that is accepted.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged."
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="For people or for machines."
    )

    @field_validator("smtp_per_minute", "smtp_per_day", "smtp_connections", "approval_above", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("slack_bot_token")
    @classmethod
    def _is_bot_token(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith("xoxb-"):
            raise ValueError("a bot token starts with xoxb-")
        return value

    @field_validator("slack_user_group")
    @classmethod
    def _is_user_group(cls, value: str) -> str:
        if value and not _USER_GROUP.fullmatch(value):
            raise ValueError("the id of a user group starts with S, as in S0123456789")
        return value

    @field_validator("public_url", "slack_api_url", "google_url", "microsoft_url", "ses_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"http", "https"}:
            raise ValueError("an address starts with https://")
        return value.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _is_private(cls, value: str) -> str:
        address = urlsplit(value)
        if address.scheme == "http" and not is_this_machine(address.hostname or ""):
            raise ValueError("passwords would travel in clear: it starts with https://")
        return value

    @field_validator("alerts_from")
    @classmethod
    def _is_address(cls, value: str) -> str:
        try:
            checked_address(value)
        except BadAddress:
            raise ValueError("that is no email address") from None
        return value

    @field_validator("smtp_url", "alerts_smtp_url")
    @classmethod
    def _is_mail_account(cls, value: SecretStr, about: ValidationInfo) -> SecretStr:
        if about.field_name == "smtp_url" and not value.get_secret_value():
            return value  # people connect their own
        # who sends alerts is a setting of its own; the address here only stands in for it
        sender = "somebody@example.com" if about.field_name == "alerts_smtp_url" else ""
        try:
            _mail_account(str(about.field_name).upper(), value, sender)
        except ConfigError as error:
            raise ValueError(str(error)) from None
        return value

    @field_validator("api_token")
    @classmethod
    def _is_long(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value()
        if token and (len(token) < SHORTEST_API_TOKEN or not token.isascii() or not token.isprintable()):
            raise ValueError(f"a token has at least {SHORTEST_API_TOKEN} letters, digits and signs")
        return value

    @field_validator("imap_url")
    @classmethod
    def _is_mailbox(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            try:
                parse_imap_url(value.get_secret_value())
            except ConfigError as error:
                raise ValueError(str(error)) from None
        return value

    @field_validator("microsoft_tenant")
    @classmethod
    def _is_tenant(cls, value: str) -> str:
        if value and not _TENANT.fullmatch(value):
            raise ValueError("a tenant is organizations, an id, or a domain")
        return value or "organizations"

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: str) -> str:
        try:
            parse_url(value)
        except ConfigError as error:
            raise ValueError(str(error)) from None
        except ValueError:
            # of SQLAlchemy, whose words quote what may be a part of the password
            raise ValueError("its port is not a number") from None
        return value

    @model_validator(mode="after")
    def _transport_is_complete(self) -> "Settings":
        if self.slack_transport == "socket":
            if not self.slack_app_token.get_secret_value().startswith("xapp-"):
                raise ValueError("SLACK_APP_TOKEN: the socket transport needs an app-level token (xapp-...)")
        elif not self.slack_signing_secret.get_secret_value():
            raise ValueError("SLACK_SIGNING_SECRET: the http transport needs it to know Slack's requests")
        elif not self.public_url:
            raise ValueError("PUBLIC_URL: the http transport needs the address at which Slack reaches it")
        return self

    @model_validator(mode="after")
    def _reserve_is_a_part_of_the_day(self) -> "Settings":
        if not self.smtp_reserve or self.sending_account is None:
            return self
        a_day = self.smtp_per_day or limits_for(self.sending_account.host).per_day
        if a_day is None:
            raise ValueError("SMTP_RESERVE: it is kept free of the daily limit, so set SMTP_PER_DAY too")
        if self.smtp_reserve >= a_day:
            raise ValueError(f"SMTP_RESERVE: keep fewer free than the {a_day:,} that may go in 24 hours")
        return self

    @model_validator(mode="after")
    def _clients_are_complete(self) -> "Settings":
        for name in ("google", "microsoft"):
            secret: SecretStr = getattr(self, f"{name}_client_secret")
            if bool(getattr(self, f"{name}_client_id")) != bool(secret.get_secret_value()):
                raise ValueError(
                    f"{name.upper()}_CLIENT_ID and {name.upper()}_CLIENT_SECRET: one needs the other"
                )
        return self

    @property
    def sending_account(self) -> SmtpAccount | None:
        """The account of the settings, which everybody may send from; None: there is none."""
        return _mail_account("SMTP_URL", self.smtp_url) if self.smtp_url.get_secret_value() else None

    @property
    def reading_account(self) -> ImapAccount | None:
        """Where the mail of the account of the settings is; None: it is not read."""
        url = self.imap_url.get_secret_value()
        return parse_imap_url(url) if url and self.sending_account else None

    @property
    def has_web_pages(self) -> bool:
        """Whether this bot answers HTTP: for Slack, people who connect their accounts, or programs."""
        return self.slack_transport == "http" or bool(self.public_url or self.api_token.get_secret_value())

    @property
    def alerts_account(self) -> SmtpAccount:
        """The alerts' own. ALERTS_FROM says who sends; the URL need not say it again."""
        return _mail_account("ALERTS_SMTP_URL", self.alerts_smtp_url, self.alerts_from)

    @property
    def secrets(self) -> list[str]:
        """Every secret there is, for the filter of the logs."""
        values = [value.get_secret_value() for value in vars(self).values() if isinstance(value, SecretStr)]
        passwords = [unquote(urlsplit(url).password or "") for url in values if "://" in url]
        return [*values, *passwords, parse_url(self.database_url).password or "", *self.keys]

    @property
    def keys(self) -> list[str]:
        return [key.strip() for key in self.secret_keys.get_secret_value().split(",") if key.strip()]


def _mail_account(setting: str, url: SecretStr, sender: str = "") -> SmtpAccount:
    text = url.get_secret_value()
    if sender and "from=" not in text.partition("?")[2]:
        text += f"{'&' if '?' in text else '?'}from={quote(sender, safe='@')}"
    return replace(parse_smtp_url(text), setting=setting)


def load_settings(env_file: str | None = ".env") -> Settings:
    """The settings, or ConfigError that names each one missing or wrong and what to do."""
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]  # the rest is read from the environment
    except ValidationError as error:
        lines = [_line(dict(problem)) for problem in error.errors()]
        raise ConfigError(
            "\n".join(lines), hint="Set them in the environment or in .env; see .env.example."
        ) from None


def _line(problem: dict[str, object]) -> str:
    location = problem["loc"]
    message = str(problem["msg"]).removeprefix("Value error, ").rstrip(".")
    if not isinstance(location, tuple) or not location:
        return f"{message}."
    name = str(location[0])
    field = Settings.model_fields[name]
    what = "is missing" if problem["type"] == "missing" else f"is wrong: {message}"
    return f"{name.upper()} {what}. {field.description}"
