"""When trying again makes sense, and for how long."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.aws.failures import Refused, translate
from mlmax_pipelines.backends.stepfunctions.patience import (
    GIVE_UP_SECONDS,
    Patience,
    is_passing,
)
from mlmax_pipelines.base.errors import AwsError


def refused(code: str, status: int = 400) -> Refused:
    """As the session raises it: from botocore's own error."""
    from botocore.exceptions import ClientError

    about = {"HTTPStatusCode": status}
    answer: Any = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": about}
    error = ClientError(answer, "GetExecutionHistory")
    found = translate(error, "states", "us-east-1")
    assert found
    found.__cause__ = error
    return found


def lost() -> Refused:
    from botocore.exceptions import EndpointConnectionError

    error = EndpointConnectionError(endpoint_url="https://x")
    found = translate(error, "states", "us-east-1")
    assert found
    found.__cause__ = error
    return found


class World:
    """A clock that only waiting moves; remembers what was said and renewed."""

    def __init__(self) -> None:
        self.now, self.waits, self.told, self.renewed = 0.0, [0.0], [""], 0

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.waits.append(seconds)

    def renew(self) -> None:
        self.renewed += 1

    def patience(self) -> Patience:
        return Patience(
            *(self.told.append, self.renew, "pipeline status x --follow"),
            sleep=self.sleep,
            clock=lambda: self.now,
        )


@pytest.mark.parametrize(
    "error", [refused("ThrottlingException"), refused("InternalError", 500), lost()]
)
def test_what_passes_is_tried_again(error: Refused) -> None:
    world, failures = World(), [error] * 3

    def work() -> str:
        if failures:
            raise failures.pop()
        return "done"

    assert is_passing(error)
    assert world.patience().call(work) == "done"
    assert world.waits[1:] == [2, 4, 8]
    assert len(world.told[1:]) == 3


def test_it_gives_up_after_a_while_and_says_how_to_go_on() -> None:
    world = World()

    def work() -> None:
        raise lost()

    with pytest.raises(AwsError, match="cannot reach") as raised:
        world.patience().call(work)
    assert "'pipeline status x --follow'" in raised.value.problem.hint
    assert GIVE_UP_SECONDS / 2 < world.now <= GIVE_UP_SECONDS


def test_what_is_refused_for_good_is_raised_at_once() -> None:
    world = World()

    def work() -> None:
        raise refused("AccessDeniedException")

    with pytest.raises(AwsError, match="access denied"):
        world.patience().call(work)
    assert (world.now, world.renewed) == (0, 0)


def test_credentials_are_read_anew_once() -> None:
    world = World()

    def work() -> None:
        raise refused("ExpiredTokenException")

    with pytest.raises(AwsError, match="have expired"):
        world.patience().call(work)
    assert (world.now, world.renewed) == (0, 1)
