"""An earlier deployment of an environment, deployed once more from its package.

What comes in: an environment, the id of a recorded deployment. What goes out: the same
way as any deployment's, with a plan that comes from the bucket. Never: the specs at
hand, which may be anything by now.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines import __version__
from mlmax_pipelines.aws import deployments, templates
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.packaging import Package
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.base.errors import AwsError, UsageError
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.project import roles
from mlmax_pipelines.project.deployment import Deployment
from mlmax_pipelines.project.planning import Plan

# What of a record goes on to the next one: where it is from.
_ORIGIN = ("commit", "dirty")


class Rollback(Deployment):
    """`to` is the id of a recorded deployment; "" for the one before the present."""

    to = ""
    pipelines = ()

    def plan(self, stack: Stack | None) -> Plan:
        """What was deployed then. Raises UsageError when nothing is recorded of it."""
        bucket = self.bucket_of(stack)
        record = self._record(bucket)
        place = (
            f"https://s3.{self.session.region}.{self.session.partition[1]}/{bucket}/"
        )
        root = self._template(bucket, record["root"])
        nested = {
            name: self._template(bucket, url.removeprefix(place))
            for name, url in templates.urls(root).items()
        }
        given = {
            name: __version__ if name == "ToolVersion" else value
            for name, value in record["parameters"].items()
        }
        origin = {key: record[key] for key in _ORIGIN if key in record}
        return Plan(
            Package(bucket, {}, {}, {}, root, record["root"], nested),
            place + record["root"],
            given,
            given,
            record.get("specs", {}),
            {**origin, "rolled_back_to": record["id"]},
        )

    def missing(self, plan: Plan) -> list[str]:
        """All of it was there when it was deployed."""
        return []

    def roles(self, stack: Stack | None, plan: Plan) -> roles.Told:
        return roles.Told(())

    def _template(self, bucket: str, key: str) -> dict[str, Any]:
        try:
            answer = self.session.call("s3", "get_object", Bucket=bucket, Key=key)
        except Refused as error:
            if error.code != "NoSuchKey":
                raise
            text = f"'{key}' of that deployment is no longer in bucket '{bucket}'"
            hint = "'pipeline prune' deleted it: check its commit out, and deploy that"
            raise AwsError(text, hint=hint) from error
        return templates.parse(answer["Body"].read())

    def _record(self, bucket: str) -> Mapping[str, Any]:
        known = deployments.ids(self.session, bucket, self.stack_name)
        if self.to and self.to not in known:
            hint = did_you_mean(self.to, known, "there are")
            raise UsageError(f"no deployment '{self.to}' is recorded", hint=hint)
        read = [self.to] if self.to else [*reversed(known)]
        found = (
            deployments.read(self.session, bucket, self.stack_name, id) for id in read
        )
        there = [one for one in found if one]
        # The newest one is what is deployed now.
        for one in there:
            if self.to or _what(one) != _what(there[0]):
                return one
        raise UsageError(
            f"there is nothing to go back to: no earlier deployment of stack "
            f"'{self.stack_name}' is recorded",
            hint=f"'pipeline deployments -e {self.environment.name}' lists them",
        )


def _what(record: Mapping[str, Any]) -> tuple[Any, Any]:
    """What was deployed, whenever that was."""
    given = dict(record["parameters"])
    given.pop("ToolVersion", None)
    return record["root"], given
