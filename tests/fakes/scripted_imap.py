"""An IMAP server of a few fixed answers, for what no real one should say."""

import socket
import threading
import time

GREETING = b"* OK ready\r\n"
ANSWERS = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
    b"EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT 2] .\r\n",
    b"UID SEARCH": b"* SEARCH 1\r\n",
}


class ScriptedImap:
    """Talks to one caller. ``answers`` go by how a command begins; ``heard`` are the commands without tags.

    An answer that begins with ``NO`` is the refusal itself; one without an end of line is the last.
    ``drips``: before a search's answer comes a line of so many octets, one by one.
    """

    def __init__(self, answers=None, greeting=GREETING, drips=0):
        self._drips = drips
        self._answers, self._greeting = ANSWERS | (answers or {}), greeting
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.heard = []
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._listener.close()
        self._thread.join(10)

    def _serve(self):
        line, _ = self._listener.accept()
        with line, line.makefile("rb") as lines:
            line.sendall(self._greeting)
            if self._greeting != GREETING:
                return
            try:
                self._talk(line, lines)
            except OSError:
                return  # the caller has left

    def _drip(self, line):
        line.sendall(b"* OK ")
        for _ in range(self._drips):
            line.sendall(b"z")
            time.sleep(0.01)
        line.sendall(b"\r\n")

    def _talk(self, line, lines):
        for said in lines:
            tag, _, rest = said.strip().partition(b" ")
            self.heard.append(rest)
            if rest.startswith(b"AUTHENTICATE"):
                line.sendall(b"+ \r\n")
                lines.readline()
            answer = next((text for name, text in self._answers.items() if rest.startswith(name)), b"")
            if self._drips and b"SEARCH" in rest:
                self._drip(line)
            if answer.startswith(b"NO"):
                line.sendall(tag + b" " + answer)
            elif answer and not answer.endswith(b"\r\n"):
                line.sendall(answer)
                lines.read()
            else:
                line.sendall(answer + tag + b" OK done\r\n")
