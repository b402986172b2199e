"""Everybody who may ask for something, by what they are to the campaign."""

from campaigns.roles import Actor

OWNER = Actor("T1", "UOWNER")

PEOPLE = {
    "owner": OWNER,
    "editor": Actor("T1", "UEDITOR"),
    "admin": Actor("T1", "UADMIN", is_admin=True),
    "organizer": Actor("T1", "UORGANIZER", in_group=True),
    "guest editor": Actor("T1", "UGUESTEDITOR", is_guest=True),
    "other": Actor("T1", "UOTHER"),
    "outside the group": Actor("T1", "UOUTSIDE", in_group=False),
    "guest": Actor("T1", "UGUEST", is_guest=True),
    "guest in the group": Actor("T1", "UGUESTGROUP", is_guest=True, in_group=True),
    "other workspace's admin": Actor("T2", "UADMIN", is_admin=True),
    "same id elsewhere": Actor("T2", "UOWNER"),
}
