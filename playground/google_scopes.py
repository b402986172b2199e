"""Google's scopes: in words, and which of them each call asks for."""

from collections.abc import Iterable, Sequence

from playground.oauth_consent import ConsentTrouble, Scope

ROOT = "https://www.googleapis.com/auth/"
EMAIL = f"{ROOT}userinfo.email"
PROFILE = f"{ROOT}userinfo.profile"
LONG_NAMES = {"email": EMAIL, "profile": PROFILE}
"""Asked for by the short name, answered with the long one."""

WORDS = {
    "openid": "Know who you are",
    EMAIL: "See your email address",
    PROFILE: "See your name and picture",
    "https://mail.google.com/": "Read, write, send and delete all your email",
    f"{ROOT}gmail.send": "Send email on your behalf",
    f"{ROOT}gmail.compose": "Manage drafts and send email",
    f"{ROOT}gmail.modify": "Read, write and send email",
    f"{ROOT}gmail.readonly": "View your email messages and settings",
    f"{ROOT}gmail.metadata": "View your email message metadata, such as labels and headers",
    f"{ROOT}calendar": "See, edit, share and permanently delete all your calendars",
    f"{ROOT}calendar.app.created": "Make secondary calendars, and manage the events on them",
    f"{ROOT}calendar.calendars": "Make and change calendars, and see their settings",
    f"{ROOT}calendar.events": "View and edit events on all your calendars",
    f"{ROOT}calendar.events.owned": "View and edit events on the calendars that you own",
    f"{ROOT}calendar.events.readonly": "View events on all your calendars",
    f"{ROOT}calendar.readonly": "See and download any calendar",
}

_SEND = {"https://mail.google.com/", *(f"{ROOT}gmail.{one}" for one in ("send", "compose", "modify"))}
_PROFILE = (_SEND - {f"{ROOT}gmail.send"}) | {f"{ROOT}gmail.readonly", f"{ROOT}gmail.metadata"}
_READ = {"https://mail.google.com/", f"{ROOT}gmail.modify", f"{ROOT}gmail.readonly"}
_CALENDARS = {f"{ROOT}calendar", f"{ROOT}calendar.app.created", f"{ROOT}calendar.calendars"}
_EVENTS = {
    f"{ROOT}calendar",
    f"{ROOT}calendar.app.created",
    f"{ROOT}calendar.events",
    f"{ROOT}calendar.events.owned",
}
_READ_EVENTS = _EVENTS | {f"{ROOT}calendar.events.readonly", f"{ROOT}calendar.readonly"}

NEEDS: dict[str, set[str]] = {
    "gmail.send": _SEND,
    "gmail.profile": _PROFILE,
    "gmail.list": _READ | {f"{ROOT}gmail.metadata"},
    "gmail.get": _READ,
    "calendars.insert": _CALENDARS,
    "calendars.get": _CALENDARS | {f"{ROOT}calendar.readonly"},
    "calendars.delete": _CALENDARS,
    "events.insert": _EVENTS,
    "events.patch": _EVENTS,
    "events.update": _EVENTS,
    "events.delete": _EVENTS,
    "events.get": _READ_EVENTS,
    "events.list": _READ_EVENTS,
    "userinfo": {"openid", EMAIL},
}
"""Any one of them will do."""


def is_enough(on: str, scopes: Iterable[str]) -> bool:
    return not NEEDS[on].isdisjoint(scopes)


def is_own_calendars_only(scopes: Iterable[str]) -> bool:
    """Whether only the calendars that the program has made may be touched."""
    return not any(
        scope.startswith(f"{ROOT}calendar") and scope != f"{ROOT}calendar.app.created" for scope in scopes
    )


def normal(names: Sequence[str]) -> list[str]:
    return [LONG_NAMES.get(name, name) for name in names]


def in_words(names: Sequence[str]) -> list[Scope]:
    """Each scope once. Raises ConsentTrouble for one that Google does not know."""
    known = list(dict.fromkeys(normal(names)))
    if bad := [name for name in known if name not in WORDS]:
        raise ConsentTrouble("invalid_scope", f"Some requested scopes were invalid. {{invalid={bad}}}")
    basic = {"openid", EMAIL, PROFILE}
    return [Scope(name, WORDS[name], is_chosen=name not in basic) for name in known]
