"""`make bench`: speed and memory of whole processes, beside the peers.

    python benchmarks/run.py [--only ROW ...] [--no-peers] [--rounds N]

What comes in: which rows. What goes out: the table on stdout, progress on stderr, what
is built and logged in build/bench. Never: writes elsewhere; fails because of a peer.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import environments
from bench import BASE, HERE, Bench
from measure import Failed, Rounds, Times, measure
from peer_rows import peers
from rows import Row, ours
from table import Measured, lines

BUILD = HERE.parent / "build" / "bench"


def main() -> int:
    rows = _in_sections([*ours(), *peers()])
    arguments = _arguments([row.id for row in rows])
    chosen = [
        row
        for row in rows
        if (not arguments.only or row.id in arguments.only)
        and not (arguments.no_peers and row.peer)
    ]
    rounds = Rounds()
    if arguments.rounds:
        rounds = Rounds(arguments.rounds, arguments.rounds)
    with _no_aws() as address:
        bench = Bench(BUILD, address)
        head = _head(bench, rounds)
        measured = [_measured(bench, row, rounds) for row in chosen]
    print("\n".join([*head, *lines(measured)]))
    return any(one.reason and not one.row.peer for one in measured)


def _arguments(ids: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measure whole processes beside the peers.",
        epilog=f"rows: {', '.join(ids)}",
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=ids,
        metavar="ROW",
        help="measure this row; may be given again",
    )
    parser.add_argument("--no-peers", action="store_true", help="ours alone")
    parser.add_argument(
        "--rounds", type=int, help="rounds per row (without: 5 to 15, as time allows)"
    )
    return parser.parse_args()


def _in_sections(rows: Sequence[Row]) -> list[Row]:
    """Rows of one section together, in the order in which sections first come."""
    sections = list(dict.fromkeys(row.section for row in rows))
    return sorted(rows, key=lambda row: sections.index(row.section))


def _head(bench: Bench, rounds: Rounds) -> list[str]:
    base = measure(Times(bench.base(), bench.base()), rounds, bench.log("base"))
    took = f"{base.seconds * 1000:.0f} ms, {base.peak / 1_000_000:.0f} MB"
    return [
        f"{platform.platform()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} processors",
        f'base: python -c "{BASE}": {took}',
        f"noise: the base is {base.low:.2f} to {base.high:.2f} times itself",
        "",
    ]


def _measured(bench: Bench, row: Row, rounds: Rounds) -> Measured:
    print(f"measuring {row.id}", file=sys.stderr)
    version = environments.version(row.peer) if row.peer else ""
    try:
        figure = measure(row.make(bench), rounds, bench.log(row.id))
    except Failed as error:
        return Measured(row, version, reason=f"no figure: {error}")
    return Measured(row, version, figure)


@contextmanager
def _no_aws() -> Iterator[str]:
    """The address of a server that stands where AWS would."""
    words = [sys.executable, str(HERE / "no_aws.py")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip() if server.stdout else ""
        finally:
            server.terminate()


if __name__ == "__main__":
    sys.exit(main())
