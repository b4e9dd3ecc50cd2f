"""Addresses in the AWS console.

What comes in: a region and what to look at. What goes out: URLs. Never: asks AWS.

Source: "Service endpoints" of the AWS Management Console in the AWS General Reference
and in the guides of the China and GovCloud regions.
"""

from __future__ import annotations

from urllib.parse import quote

_DOMAINS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def execution(arn: str) -> str:
    """The page of an execution."""
    return _page(arn, "states", f"/v2/executions/details/{arn}")


def job(arn: str, page: str, name: str) -> str:
    """The page of a job; `arn` is its execution's, `page` what its kind declares."""
    service, _, path = page.partition("#")
    return _page(arn, service, path.format(name=quote(name)))


def log(arn: str, group: str, prefix: str) -> str:
    """The streams of a log group whose names begin with `prefix`."""
    path = f"logsV2:log-groups/log-group/{_twice(group)}"
    return _page(arn, "cloudwatch", f"{path}$3FlogStreamNameFilter$3D{_twice(prefix)}")


def _page(arn: str, service: str, path: str) -> str:
    _, partition, _, region = arn.split(":")[:4]
    domain = _DOMAINS.get(partition, _DOMAINS["aws"])
    host = f"{region}.{domain}" if partition == "aws" else domain
    return f"https://{host}/{service}/home?region={region}#{path}"


def _twice(text: str) -> str:
    """CloudWatch's page reads text that was quoted twice, with `$` in place of `%`."""
    return quote(quote(text, safe=""), safe="").replace("%", "$")
