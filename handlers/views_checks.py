"""What was found out before a start: whether the account lets the bot in, and what may keep invites away."""

from dataclasses import dataclass

from campaigns.account import Account, AccountState
from campaigns.conduct import Preview
from campaigns.preflight import Check, Level
from campaigns.service_names import RENEW_TOKEN
from handlers import ids
from handlers.blocks import Json, button, buttons, paragraph, small
from handlers.mrkdwn import moment, safe

_MOST = 12
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Checked:
    """What the test and the checks came to.

    ``trouble``, in mrkdwn: why the account could not be tested, or with ``is_certain`` why nothing can be
    sent from it.
    """

    checks: tuple[Check, ...] = ()
    trouble: str = ""
    is_certain: bool = False


def is_refused(account: Account) -> bool:
    """Whether nothing can go out from it before a person has renewed it."""
    return account.state is not AccountState.READY


def refused_blocks(account: Account) -> list[Json]:
    """Instead of a start: what to do first."""
    address = safe(account.address)
    again = button("Check again", ids.CHECK_AGAIN)
    if account.is_of_settings:
        said = (
            f"*{address} does not let sendinvites in.* An admin enters the new password in *SMTP_URL*, in "
            "the bot's settings, and restarts it. Nothing was started."
        )
        return [paragraph(said), buttons(again)]
    if account.state is AccountState.DISCONNECTED:
        said = f"*{address} is not connected any more.* Connect it under *Email services*. "
        said += "Nothing was started."
        return [paragraph(said), buttons(again)]
    said = f"*{address} does not let sendinvites in.* Renew its token, then check again. Nothing was started."
    return [paragraph(said), buttons(_renew(account), again)]


def check_blocks(preview: Preview, checked: Checked) -> list[Json]:
    """The account's test, how long access lasts, and what else is worth a look before the start."""
    account = preview.account
    blocks = [_tested(account, checked)]
    if preview.outlives_token:
        said = f"*Please check:* {outlives_words(account)}"
        blocks += [paragraph(said), *([] if account.is_of_settings else [buttons(_renew(account))])]
    shown = checked.checks[:_MOST]
    blocks += [paragraph(f"*Please check:* {_words(one)}") for one in shown if one.level is Level.WARNING]
    blocks += [small(_words(one)) for one in shown if one.level is Level.HINT]
    fine = " ".join(safe(one.said, _LONGEST) for one in shown if one.level is Level.FINE)
    return [*blocks, *([small(f"Checked: {fine}")] if fine else [])]


def outlives_words(account: Account) -> str:
    """For a run that is longer than the account's access lasts."""
    ends = moment(account.token_ends_at) if account.token_ends_at is not None else "soon"
    return (
        f"access to {safe(account.address)} ends {ends}, ahead of the last batch. The run then pauses until "
        "it is renewed."
    )


def _tested(account: Account, checked: Checked) -> Json:
    if checked.is_certain:
        return paragraph(
            f"*Please check:* nothing can be sent from {safe(account.address)} as it is. {checked.trouble} "
            "A run that is started pauses at once, and nobody is lost."
        )
    if checked.trouble:
        return small(
            f"The account could not be tested just now: {checked.trouble} You can start all the same: a run "
            "that is refused pauses, and nobody is lost."
        )
    return small(f"Asked just now: the mail service does not refuse {safe(account.address)}.")


def _renew(account: Account) -> Json:
    spoken = f"Renew token: {account.address}"
    return button(RENEW_TOKEN, ids.RENEW_TOKEN, str(account.id), style="primary", spoken=spoken)


def _words(check: Check) -> str:
    return f"{safe(check.said, _LONGEST)} {safe(check.advice, _LONGEST) if check.advice else ''}".rstrip()
