"""Where every call to a provider comes in: counted, noted, and failed on demand."""

import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response, request

from playground.provider_answers import Answer, Refused
from playground.provider_faults import Fault, How, ProviderFaults


@dataclass(frozen=True, slots=True)
class ProviderCall:
    """One call, kept for the tests; its status is 0 if it was left without an answer."""

    on: str
    addresses: tuple[str, ...]
    status: int


class ProviderDoor:
    def __init__(self, faults: ProviderFaults) -> None:
        self.faults = faults
        self._calls: list[ProviderCall] = []
        self._lock = threading.Lock()

    def calls(self, on: str = "") -> list[ProviderCall]:
        """The calls so far, in the order in which they were answered."""
        with self._lock:
            return [call for call in self._calls if not on or call.on == on]

    def answer(
        self,
        on: str,
        work: Callable[[], Answer],
        *,
        addresses: Sequence[str] = (),
        at_most: tuple[int, Answer] | None = None,
    ) -> Response:
        """Does the work, unless something was to go wrong; more at once than `at_most` are turned down."""
        with self.faults.traffic.passing(on) as count:
            if at_most and count > at_most[0]:
                return self._say(on, addresses, at_most[1])
            self.faults.traffic.wait(on)
            if fault := self.faults.take("before", on, addresses):
                return self._fail(on, addresses, fault)
            try:
                made = work()
            except Refused as refused:
                return self._say(on, addresses, refused.answer)
            if fault := self.faults.take("after", on, addresses):
                return self._fail(on, addresses, fault)
            return self._say(on, addresses, made)

    def _fail(self, on: str, addresses: Sequence[str], fault: Fault) -> Response:
        if isinstance(fault.does, Answer):
            return self._say(on, addresses, fault.does)
        self._note(on, addresses, 0)
        return _hang_up(fault.does)

    def _say(self, on: str, addresses: Sequence[str], answer: Answer) -> Response:
        self._note(on, addresses, answer.status)
        return Response(answer.body, answer.status, dict(answer.headers))

    def _note(self, on: str, addresses: Sequence[str], status: int) -> None:
        with self._lock:
            self._calls.append(ProviderCall(on, tuple(addresses), status))


def _hang_up(how: How) -> Response:
    """Ends the connection under this request. What is returned goes nowhere."""
    line: socket.socket = request.environ["werkzeug.socket"]
    if how == "cut":
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 512\r\n\r\n{")
    line.shutdown(socket.SHUT_RDWR)
    return Response(status=500)
