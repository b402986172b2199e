"""IMAP clients as organizers have them, and a bare socket for what no client library would say."""

import imaplib
import socket
import ssl

from imapclient import IMAPClient

OWNER, PASSWORD = "events@acme.example", 's3"cr\\et'
LETTER = b"From: kim@people.example\r\nSubject: Accepted: Launch\r\n\r\nHi (there) {3}\r\nYes\r\n"
GONE = (imaplib.IMAP4.abort, OSError)


def dialled(server, **more):
    context = ssl.create_default_context(cafile=server.certificate) if server.certificate else None
    is_implicit = server.tls == "implicit"
    return IMAPClient(server.host, server.port, ssl=is_implicit, ssl_context=context, timeout=10, **more)


class Bare:
    def __init__(self, server):
        self.socket = socket.create_connection((server.host, server.port), timeout=10)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        assert self.file.readline().startswith(b"* OK [CAPABILITY IMAP4rev1 ")
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def say(self, words):
        self.socket.sendall(words)
        return self.file.readline()

    def login(self):
        assert self.say(b'a LOGIN %b "s3\\"cr\\\\et"\r\n' % OWNER.encode()).startswith(b"a OK")
        self.socket.sendall(b"b EXAMINE INBOX\r\n")
        while not self.file.readline().startswith(b"b OK [READ-ONLY]"):
            pass
