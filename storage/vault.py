"""Seals secrets before they reach the database, so that its file alone gives nothing away."""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from campaigns.errors import ConfigError


class Vault:
    """Fernet with rotation: the first key seals, any of them opens."""

    def __init__(self, keys: list[str]) -> None:
        """Raises ConfigError if a key is not one that ``new_key`` makes."""
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise ConfigError(
                "SECRET_KEYS holds something that is not a key.", hint="Make one with: sendinvites keys new"
            ) from error
        # a campaign's seed is opened for every invite; opening costs more than the rest of the read
        self._opened = lru_cache(maxsize=1024)(self._open)

    def seal(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises ConfigError if no key opens it."""
        return self._opened(sealed)

    def rotate(self, sealed: str) -> str:
        """The same secret under the first key. Raises ConfigError if no key opens it."""
        return self.seal(self._open(sealed))

    def _open(self, sealed: str) -> str:
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise ConfigError(
                "SECRET_KEYS does not hold the key this database was sealed with.",
                hint="Put the old key back at the end of SECRET_KEYS, then run: sendinvites keys rotate",
            ) from error


def new_key() -> str:
    """A fresh key for SECRET_KEYS."""
    return Fernet.generate_key().decode()
