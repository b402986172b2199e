"""The dry-run mailer: records what would have been sent and sends nothing."""

import threading
from pathlib import Path

from campaigns.hand_over import Letter, Receipt
from campaigns.invite_clean import checked_address


class RecordingMailer:
    """The Mailer port without a provider; with ``folder``, every letter is also written there as ``.eml``.

    A letter recorded again under the same key replaces its file: a retry is the same letter.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._letters: list[Letter] = []
        self._lock = threading.Lock()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def letters(self) -> tuple[Letter, ...]:
        """Everything recorded so far, in order."""
        with self._lock:
            return tuple(self._letters)

    def send(self, letter: Letter) -> Receipt:
        """Records ``letter``; the only fault is BadAddress."""
        checked_address(letter.recipient)
        with self._lock:
            self._letters.append(letter)
            if self._folder is not None:
                # The key is hexadecimal digits by construction; anything else must not become a path.
                name = "".join(sign for sign in letter.key if sign.isalnum())
                (self._folder / f"{name}.eml").write_bytes(letter.mime)
        return Receipt(reference=f"recorded {letter.key}")

    def check(self) -> None:
        """Always ready."""

    def close(self) -> None:
        """Nothing to close."""
