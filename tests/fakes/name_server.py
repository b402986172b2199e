"""A DNS server on loopback: TXT records over UDP, as a zone file would hold them."""

import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class NameServer:
    """Answers from ``texts`` (name → TXT records); a name above or at one that is there exists.

    Names in ``silent`` are never answered, those in ``broken`` with SERVFAIL, those in ``lost`` only when
    they are asked a second time. ``asked`` notes every question.
    """

    def __init__(self, texts, *, silent=(), broken=(), lost=()):
        self.texts = dict(texts)
        self.silent, self.broken, self.lost = set(silent), set(broken), set(lost)
        self.asked = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        # an empty datagram is no question: it ends the service
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(20)
        self._socket.close()

    def _serve(self):
        while True:
            octets, sender = self._socket.recvfrom(4096)
            if not octets:
                return
            answer = self._answer(dns.message.from_wire(octets))
            if answer is not None:
                self._socket.sendto(answer.to_wire(), sender)

    def _answer(self, query):
        [question] = query.question
        name = question.name.to_text(omit_final_dot=True).lower()
        self.asked.append(name)
        if name in self.silent or (name in self.lost and self.asked.count(name) == 1):
            return None
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name in self.broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name in self.texts:
            quoted = [_quoted(text) for text in self.texts[name]]
            if quoted:
                answer.answer.append(dns.rrset.from_text(question.name, 300, "IN", "TXT", *quoted))
        elif not any(known.endswith(f".{name}") for known in self.texts):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer


def _quoted(text):
    """A TXT record is strings of at most 255 octets."""
    return " ".join(f'"{text[start : start + 200]}"' for start in range(0, len(text), 200))
