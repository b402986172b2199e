"""What becomes of the access at the provider when an account is disconnected: before it is, and after."""

from campaigns.parting import Parting

_AT_GOOGLE = "myaccount.google.com/permissions"
_DELETED = "The token is deleted here"
_BEFORE = {
    Parting.TAKEN_BACK: f"{_DELETED}, and Google is asked to take back all that this bot was allowed.",
    Parting.SHARED: f"{_DELETED}. Google keeps the permission: another connected account of the same address "
    "lives on it.",
    Parting.STAYS_AT_GOOGLE: f"{_DELETED}. Google cannot be told from here: remove this bot's permission at "
    f"{_AT_GOOGLE}.",
    Parting.STAYS_AT_MICROSOFT: f"{_DELETED}. Microsoft cannot be told from here: remove this bot's "
    "permission at myapps.microsoft.com.",
    Parting.PASSWORD_STAYS: "What was entered is deleted here. At the mail server the password stays good: "
    "change it there if nobody is to use it any more.",
    Parting.KEY_STAYS: "The key is deleted here. At Google it stays good until an admin deletes it, or ends "
    "its delegation.",
}
_AFTER = {
    Parting.TAKEN_BACK: f"{_DELETED}, and Google has taken back all that this bot was allowed.",
    Parting.OWED: "The token opens nothing here any more, but Google did not answer: it is asked again every "
    f"hour for 7 days. You can also take the permission back yourself at {_AT_GOOGLE}.",
}


def before(parting: Parting) -> str:
    """For the question; short, for Slack takes 300 characters of it."""
    return _BEFORE.get(parting, "")


def after(parting: Parting) -> str:
    """What has come of it."""
    return _AFTER.get(parting) or before(parting)
