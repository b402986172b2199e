"""One look into an inbox, as the watch takes it."""

from tests.contract.inbox_suite import SINCE


def look(inbox, cursor="", limit=10):
    return inbox.fetch(cursor, since=SINCE, limit=limit)
