"""Calls that are made again until they succeed, while somebody watches.

What comes in: a call, and somebody to tell. What goes out: the call's answer, however
often it took; or, when waiting does not help, an AwsError that says how to go on.
Never: hides for long that nothing comes through.

boto3 has already tried each call several times within seconds; this is for what lasts
longer: a laptop that slept, a network that was changed, credentials that ran out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from mlmax_pipelines.aws.failures import THROTTLED, Refused
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.base.waiting import Clock, Pace, Sleep

Answer = TypeVar("Answer")

# From the first failure on; the wait doubles from one try to the next.
GIVE_UP_SECONDS = 900.0
FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 60.0

_EXPIRED = ("expired", "sign-in", "signed in")


@dataclass
class Patience:
    """Tries again as long as it makes sense.

    `tell` gets a line per failure. `renew` makes the next call read credentials anew.
    `again` is the command that takes up what is being done.
    """

    tell: Callable[[str], None]
    renew: Callable[[], None]
    again: str
    sleep: Sleep = time.sleep
    clock: Clock = time.monotonic

    def call(self, work: Callable[[], Answer]) -> Answer:
        """The answer of `work`. Raises AwsError when trying again does not help."""
        pace = Pace(FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, 2, self.sleep)
        since, renewed = self.clock(), False
        while True:
            try:
                return work()
            except Refused as error:
                if is_expired(error) and not renewed:
                    # Somebody may have signed in again in another terminal.
                    self.renew()
                    renewed = True
                    continue
                late = self.clock() - since + pace.next > GIVE_UP_SECONDS
                if late or not is_passing(error):
                    raise self._hopeless(error) from error
                self.tell(f"{error.problem.message}; trying again in {pace.next:.0f} s")
            pace.wait()

    def _hopeless(self, error: Refused) -> AwsError:
        hint = error.problem.hint
        going_on = f"the execution goes on; '{self.again}' takes up following it again"
        return AwsError(
            error.problem.message, hint=f"{hint}; {going_on}" if hint else going_on
        )


def is_passing(error: Refused) -> bool:
    """Whether the same call may succeed in a while: throttling, 5xx, no connection."""
    response = getattr(error.__cause__, "response", None)
    if not isinstance(response, dict):
        return error.code.endswith(
            ("TimeoutError", "ConnectionError", "ClosedError")
        ) or (error.code in ("HTTPClientError", "EndpointConnectionError"))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return error.code in THROTTLED or status >= 500


def is_expired(error: Refused) -> bool:
    """Whether the credentials were good once."""
    return any(word in error.problem.message for word in _EXPIRED)
