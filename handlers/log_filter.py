"""Keeps what people typed out of the log.

Bolt logs the raw body of a request whose signature is wrong (slack_bolt 1.30, RequestVerification). A forged
request would write there what an attacker likes; a mistyped secret would pour everybody's words into it.
"""

import logging

NOISY_LOGGERS = ("slack_bolt.RequestVerification", "slack_bolt.App")
SAID_INSTEAD = "A request with a wrong or old signature was refused."


class WithoutBodies(logging.Filter):
    """Says that a request was refused, and nothing of what was in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = str(record.msg)
        if "signature" in said:
            record.msg, record.args = SAID_INSTEAD, ()
        # our settings read the variable of which Bolt, given a client of its own, says it will ignore it
        return "SLACK_BOT_TOKEN" not in said and "`token` will be unused" not in said


def drop_bodies() -> None:
    """Put the filter where it is needed; once is enough, twice does no harm."""
    for name in NOISY_LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(one, WithoutBodies) for one in logger.filters):
            logger.addFilter(WithoutBodies())
