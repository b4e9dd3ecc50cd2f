"""What AWS and the network say, in words that tell what to do."""

from __future__ import annotations

import pytest
from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from mlmax_pipelines.aws.failures import Refused, translate


def answered(
    code: str, message: str = "", status: int = 400, operation: str = "PutObject"
) -> Refused:
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "RetryAttempts": 3},
    }
    found = translate(ClientError(response, operation), "s3", "us-east-1")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (answered("ExpiredToken"), "your AWS credentials have expired"),
        (answered("InvalidClientTokenId"), "AWS does not know these credentials"),
        (answered("SlowDown", status=503), "AWS throttled s3:PutObject and went on"),
        (answered("InternalError", "oops", 500), "s3:PutObject failed at AWS after 3"),
        (answered("NoSuchKey", "Gone."), "s3:PutObject was refused: Gone (NoSuchKey)"),
        (answered("AccessDenied"), "access denied: s3:PutObject"),
        (answered("403", operation="HeadBucket"), "access denied: s3:ListBucket"),
        (
            answered(
                "AccessDenied", "x is not authorized to perform: iam:PassRole on y"
            ),
            "access denied: iam:PassRole",
        ),
    ],
)
def test_an_answer_is_one_line_that_names_the_call(error: Refused, text: str) -> None:
    assert text in error.problem.message
    assert "\n" not in error.problem.message
    assert error.exit_code == 3


@pytest.mark.parametrize(
    ("error", "text", "hint"),
    [
        (exceptions.NoCredentialsError(), "no AWS credentials found", "AWS_PROFILE"),
        (exceptions.ProfileNotFound(profile="x"), "(x)", "list-profiles"),
        (exceptions.NoRegionError(), "no AWS region is set", "region: us-east-1"),
        (
            exceptions.EndpointConnectionError(endpoint_url="http://x"),
            "cannot reach s3 in region 'us-east-1'",
            "AWS_ENDPOINT_URL",
        ),
        (
            exceptions.ConnectionClosedError(endpoint_url="http://x"),
            "lost the connection to s3",
            "nothing is lost",
        ),
        (
            exceptions.ReadTimeoutError(endpoint_url="http://x", error="slow"),
            "s3 did not answer in time",
            "network",
        ),
        (
            exceptions.UnauthorizedSSOTokenError(),
            "your AWS sign-in has expired",
            "aws sso login",
        ),
        (BotoCoreError(), "unspecified error", "--debug"),
    ],
)
def test_no_answer_is_said_too(error: BotoCoreError, text: str, hint: str) -> None:
    found = translate(error, "s3", "us-east-1")
    assert found is not None
    assert text in found.problem.message
    assert hint in found.problem.hint


def test_a_call_that_is_wrong_in_itself_stays_a_bug() -> None:
    assert translate(exceptions.ParamValidationError(report="x"), "s3", "") is None
    assert translate(KeyError("x"), "s3", "") is None
