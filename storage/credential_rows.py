"""What opens the accounts, sealed."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from campaigns.account import AccountState, Credential
from campaigns.account_port import Owed
from storage.credential_json import credential_of, credential_to_json
from storage.tables import account, credential, ticket
from storage.upsert import insert_or
from storage.vault import Vault


class CredentialRows:
    """The table ``credential``; ``AccountRows`` changes the account's own row before, and so locks it."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def get(self, account_id: int) -> Credential | None:
        """None if there is none, or if the account is disconnected."""
        query = (
            select(credential.c.sealed)
            .join(account, account.c.id == credential.c.account_id)
            .where(account.c.id == account_id, account.c.state != AccountState.DISCONNECTED)
            .where(credential.c.owed_since.is_(None))
        )
        sealed = self._connection.execute(query).scalar()
        return credential_of(self._vault.open(sealed)) if sealed else None

    def owe(self, account_id: int, since: datetime) -> None:
        """From now on it opens nothing; it is kept for its provider to take back."""
        owing = update(credential).where(credential.c.account_id == account_id)
        self._connection.execute(owing.values(owed_since=since))

    def owed(self) -> list[Owed]:
        query = (
            select(credential).where(credential.c.owed_since.is_not(None)).order_by(credential.c.account_id)
        )
        return [
            Owed(row.account_id, credential_of(self._vault.open(row.sealed)), row.owed_since)
            for row in self._connection.execute(query)
        ]

    def settle(self, owed: Owed) -> None:
        same = (credential.c.account_id == owed.account_id, credential.c.owed_since == owed.since)
        self._connection.execute(delete(credential).where(*same))

    def put(self, account_id: int, version: int, kept: Credential) -> None:
        """In place of the one before."""
        sealed = self._vault.seal(credential_to_json(kept))
        values = {"version": version, "sealed": sealed, "owed_since": None}
        new = insert_or(self._connection, credential).values(account_id=account_id, **values)
        self._connection.execute(new.on_conflict_do_update(index_elements=["account_id"], set_=values))

    def remove(self, account_id: int) -> None:
        self._connection.execute(delete(credential).where(credential.c.account_id == account_id))

    def reseal(self) -> int:
        """Seal every credential, and the secret of every ticket, anew; returns how many."""
        credentials = self._connection.execute(select(credential.c.account_id, credential.c.sealed)).all()
        for row in credentials:
            anew = update(credential).where(credential.c.account_id == row.account_id)
            self._connection.execute(anew.values(sealed=self._vault.rotate(row.sealed)))
        with_secret = select(ticket.c.digest, ticket.c.sealed_verifier)
        tickets = self._connection.execute(with_secret.where(ticket.c.sealed_verifier.is_not(None))).all()
        for row in tickets:
            anew = update(ticket).where(ticket.c.digest == row.digest)
            self._connection.execute(anew.values(sealed_verifier=self._vault.rotate(row.sealed_verifier)))
        return len(credentials) + len(tickets)
