"""Runs one command once and prints what it took.

    python -I -S benchmarks/once.py LOG COMMAND [ARGUMENT ...]

What comes in: the file its output goes to, the command. What goes out, on stdout:
seconds of wall time, seconds of CPU, bytes at its peak, exit code. The CPU is that of
the command's process and of all it waited for, the peak that of the largest of them.
Never: imports more than it must.

It is a process of its own because on Linux the peak of a process begins with that of
the process that started it: this one, bare, is smaller than anything measured.
"""

from __future__ import annotations

import os
import sys
import time


def main() -> None:
    log, *command = sys.argv[1:]
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    descriptors = (nothing, 0), (output, 1), (output, 2)
    actions = [(os.POSIX_SPAWN_DUP2, old, new) for old, new in descriptors]
    started = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    # The manual page getrusage(2): kilobytes on Linux, bytes on macOS.
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    cpu = usage.ru_utime + usage.ru_stime
    print(seconds, cpu, peak, os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
