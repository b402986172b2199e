"""How far each account's incoming mail was read, in the in-memory store."""

from campaigns.answer_port import Mailbox
from storage.memory_ledger import Ledger, MailboxRow


class MemoryMailboxes:
    """See ``campaigns.answer_port.Mailboxes``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get(self, account_id: int) -> Mailbox:
        row = self._ledger.mailboxes.get(account_id)
        return row.mailbox if row else Mailbox(account_id)

    def keep(self, mailbox: Mailbox) -> None:
        self._ledger.mailboxes.put(MailboxRow(mailbox.account_id, mailbox))
