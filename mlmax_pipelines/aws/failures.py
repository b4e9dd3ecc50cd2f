"""What AWS and the network answer when they refuse, in words a person can act on.

What comes in: an exception of botocore. What goes out: a `Refused`, one line and what
to do next. Never: a credential, a traceback, a guess at what AWS did not say.

Source: "Common error types" in the API reference of each service.
"""

from __future__ import annotations

import re
from typing import Any, Mapping

from mlmax_pipelines.base.errors import AwsError

_EXPIRED = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
)
_UNKNOWN = frozenset(
    {
        "AuthFailure",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_DENIED = frozenset(
    {
        "403",
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "UnauthorizedOperation",
    }
)
THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_SIGN_IN = "sign in again ('aws sso login', or new keys in the environment), then rerun"
_NAMED_ACTION = re.compile(r"not authorized to perform:? ([A-Za-z0-9-]+:[A-Za-z0-9]+)")
# Operations that IAM knows by another name ("Actions defined by Amazon S3").
_ACTIONS = {
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:HeadObject": "s3:GetObject",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:UploadPart": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject",
}


class Refused(AwsError):
    """A call that did not succeed: AWS's `code` for it and AWS's own `text`.

    `code` is the exception's name when no answer came at all.
    """

    def __init__(self, message: str, hint: str, code: str, text: str) -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.text = text


def translate(error: Exception, service: str, region: str) -> Refused | None:
    """The error to raise instead of botocore's `error`; None when it is none of its.

    A call with parameters that botocore refuses is a bug, and stays one.
    """
    from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

    if isinstance(error, ClientError):
        return _answer(error.response, f"{service}:{error.operation_name}")
    if not isinstance(error, BotoCoreError) or isinstance(error, ParamValidationError):
        return None
    name = type(error).__name__
    message, hint = _WITHOUT_ANSWER.get(name, (str(error), "see 'pipeline --debug'"))
    told = {"endpoint_url": "", "region_name": region, **getattr(error, "kwargs", {})}
    filled = message.format(
        error=str(error).rstrip("."),
        service=service,
        region=told["region_name"],
        url=told["endpoint_url"],
    )
    return Refused(filled, hint, name, str(error))


def _answer(response: Mapping[str, Any], operation: str) -> Refused:
    error = response.get("Error", {})
    code, text = str(error.get("Code", "")), str(error.get("Message", ""))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    message, hint = _said(code, text, operation, status, _retries(response))
    return Refused(message, hint, code, text)


def _said(
    code: str, text: str, operation: str, status: int, retries: int
) -> tuple[str, str]:
    action = _ACTIONS.get(operation, operation)
    if code in _EXPIRED or "token included in the request is expired" in text:
        return f"your AWS credentials have expired ({operation}: {code})", _SIGN_IN
    if code in _UNKNOWN:
        found = f"AWS does not know these credentials ({operation}: {code})"
        hint = "check AWS_PROFILE and the keys in the environment or ~/.aws/credentials"
        return found, hint
    if code in _DENIED:
        named = _NAMED_ACTION.search(text)
        action = named[1] if named else action
        hint = (
            f"your identity lacks '{action}': docs/deploy-policy.json says what a "
            "deployment needs"
        )
        return f"access denied: {action}: {text.rstrip('.') or code}", hint
    if code in THROTTLED:
        found = f"AWS throttled {operation} and went on after {retries} retries"
        return found, "wait a minute and rerun: what was done is kept"
    if status >= 500:
        found = f"{operation} failed at AWS after {retries} retries: {code}: {text}"
        return found, "rerun: what was done is kept; status.aws.amazon.com tells more"
    return f"{operation} was refused: {text.rstrip('.')} ({code})", ""


def _retries(response: Mapping[str, Any]) -> int:
    return int(response.get("ResponseMetadata", {}).get("RetryAttempts", 0))


_SET_CREDENTIALS = (
    "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run "
    "'aws configure sso'"
)
_CHECK_NETWORK = "check the network and AWS_ENDPOINT_URL, then rerun: nothing is lost"
_WITHOUT_ANSWER = {
    "NoCredentialsError": ("no AWS credentials found", _SET_CREDENTIALS),
    "PartialCredentialsError": ("AWS credentials: {error}", _SET_CREDENTIALS),
    "CredentialRetrievalError": ("AWS credentials: {error}", _SIGN_IN),
    "ProfileNotFound": ("{error}", "'aws configure list-profiles' shows what there is"),
    "SSOTokenLoadError": ("you are not signed in to AWS: {error}", _SIGN_IN),
    "TokenRetrievalError": ("you are not signed in to AWS: {error}", _SIGN_IN),
    "UnauthorizedSSOTokenError": ("your AWS sign-in has expired", _SIGN_IN),
    "NoRegionError": (
        "no AWS region is set",
        "write 'region: us-east-1' (or yours) into the file of the environment",
    ),
    "InvalidRegionError": ("'{region}' is no AWS region", "correct 'region'"),
    "UnknownRegionError": ("'{region}' is no AWS region", "correct 'region'"),
    "EndpointConnectionError": (
        "cannot reach {service} in region '{region}': {error}",
        _CHECK_NETWORK,
    ),
    "ConnectTimeoutError": ("no connection to {service}: {error}", _CHECK_NETWORK),
    "ConnectionClosedError": ("lost the connection to {service}", _CHECK_NETWORK),
    "ReadTimeoutError": ("{service} did not answer in time", _CHECK_NETWORK),
    "ResponseStreamingError": ("lost the connection to {service}", _CHECK_NETWORK),
    "ProxyConnectionError": ("the proxy refuses: {error}", "check HTTPS_PROXY"),
    "SSLError": ("no trusted connection to {service}: {error}", "check AWS_CA_BUNDLE"),
    "HTTPClientError": ("lost the connection to {service}: {error}", _CHECK_NETWORK),
}
