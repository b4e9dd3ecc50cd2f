"""The bucket a deployment puts its files into: there, ours, in the right region?

What comes in: a bucket's name. What goes out: nothing, or an AwsError that says which
of these it is. Never: makes a bucket, or uploads into one of another account.
"""

from __future__ import annotations

from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base.errors import AwsError


def check(session: Session, bucket: str) -> None:
    """One call when all is well. Raises AwsError."""
    account = session.identity.account
    try:
        found = session.call(
            "s3", "head_bucket", Bucket=bucket, ExpectedBucketOwner=account
        )
    except Refused as error:
        raise _problem(session, bucket, error) from error
    region = found.get("BucketRegion", session.region)
    if region != session.region:
        raise AwsError(
            f"bucket '{bucket}' is in region '{region}', the environment in "
            f"'{session.region}'",
            hint="use a bucket of the environment's region: jobs and functions cannot "
            "take their code from another one",
        )


def _problem(session: Session, bucket: str, error: Refused) -> AwsError:
    if error.code in ("404", "NoSuchBucket"):
        return AwsError(
            f"there is no bucket '{bucket}'",
            hint=f"make it: aws s3 mb s3://{bucket} --region {session.region}",
        )
    if error.code not in ("403", "AccessDenied"):
        return error
    try:
        session.call("s3", "head_bucket", Bucket=bucket)
    except Refused:
        return AwsError(
            f"access to bucket '{bucket}' is denied: it belongs to another account, or "
            f"'{session.identity.arn}' may not list it (s3:ListBucket)",
            hint="use a bucket of your own, or ask for docs/deploy-policy.json",
        )
    return AwsError(
        f"bucket '{bucket}' belongs to another account than "
        f"'{session.identity.account}', yours",
        hint="use a bucket of your own: jobs would run code that others can change",
    )
