"""How far each account's incoming mail was read."""

from typing import Any

from sqlalchemy import Connection, select

from campaigns.answer_port import Mailbox
from storage.tables import mailbox
from storage.upsert import insert_or


class MailboxRows:
    """See ``campaigns.answer_port.Mailboxes``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, account_id: int) -> Mailbox:
        row = self._connection.execute(select(mailbox).where(mailbox.c.account_id == account_id)).first()
        if row is None:
            return Mailbox(account_id)
        return Mailbox(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping

    def keep(self, kept: Mailbox) -> None:
        values: dict[str, Any] = {
            "cursor": kept.cursor,
            "looked_at": kept.looked_at,
            "trouble": kept.trouble,
            "replies": kept.replies,
            "bounces": kept.bounces,
            "strange": kept.strange,
        }
        new = insert_or(self._connection, mailbox).values(account_id=kept.account_id, **values)
        self._connection.execute(new.on_conflict_do_update(index_elements=["account_id"], set_=values))
