"""The real bot, but for a hook: it kills itself, as kill -9 would, the n-th time it passes a named point."""

import os
import signal
import sys

from bot.demo_bot import main
from campaigns.checkpoint import install

_POINT = os.environ["DIE_AT"]
_PASSES = int(os.environ["DIE_AFTER"])


def _hook() -> None:
    passed = 0

    def count(point: str) -> None:
        nonlocal passed
        if point == _POINT:
            passed += 1
            if passed >= _PASSES:
                os.kill(os.getpid(), signal.SIGKILL)

    install(count)


if __name__ == "__main__":
    if _POINT:
        _hook()
    sys.exit(main(sys.argv[1:]))
