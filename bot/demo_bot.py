"""The real bot in a process of its own, as the demo and the tests start it: only a minute may be shorter."""

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta

from bot.logs import configure_logs, log_the_uncaught
from bot.settings import load_settings
from bot.wiring import build
from campaigns.errors import ConfigError
from scheduler.clock import SystemClock


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT. Settings come from the environment alone, never from a .env."""
    parser = argparse.ArgumentParser(prog="python -m bot.demo_bot")
    parser.add_argument("--minute-lasts", type=float, default=60.0, metavar="SECONDS")
    chosen = parser.parse_args(arguments)
    try:
        settings = load_settings(env_file=None)
        log_the_uncaught()
        configure_logs(level=settings.log_level, form=settings.log_format, secrets=settings.secrets)
        build(settings, SystemClock(minute=timedelta(seconds=chosen.minute_lasts))).run()
    except ConfigError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
