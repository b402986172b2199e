"""`make bench`: figures of this machine, each beside a named peer measured in the same run."""

import platform
import sys

from benchmarks import acks, importing, letters, lists, sending


def main() -> int:
    print(f"Python {platform.python_version()}, {platform.machine()}. Ratios travel better than figures.\n")
    for benchmark in (importing, lists, letters, sending, acks):
        benchmark.measure()
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
