"""An environment of a project on AWS: what it would be, what it is, what it may become.

What comes in: a project's folder, an environment, a bucket. What goes out: a `Plan` of
what would be deployed, what that changes, a deployed stack: the stages of the way that
`deploy` walks. Never: prints, asks a person, or changes the stack before `execute`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from mlmax_pipelines.aws import (
    bucket,
    changes,
    changesets,
    drift,
    events,
    foreign,
    retained,
    stacks,
    uploading,
)
from mlmax_pipelines.aws.changes import Review
from mlmax_pipelines.aws.changesets import ChangeSet
from mlmax_pipelines.aws.drift import Drift
from mlmax_pipelines.aws.events import Event
from mlmax_pipelines.aws.retained import Kept
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.project import (
    Project,
    adoption,
    allowed,
    bounds,
    comparing,
    groups,
    neighbours,
    planning,
    roles,
    running,
    schedules,
)
from mlmax_pipelines.project.person import Person
from mlmax_pipelines.project.planning import Plan

BUILD = "build"
_SECONDS_BETWEEN_LOOKS = 3.0


class Deployment:
    """One environment on AWS. `bucket` may be "": then it is the deployed stack's.

    `tell` gets what may be wrong with the specs. `take_over`: whose stack it is does
    not matter, from now on it is this project's. `adopt`: one that is made takes in
    what an earlier one left. `when_idle`: executions that it would hurt end first.
    """

    def __init__(
        self,
        root: Path,
        environment: Environment,
        bucket: str = "",
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        tell: Callable[[str], None] = lambda line: None,
        take_over: bool = False,
        adopt: bool = False,
        when_idle: bool = False,
    ) -> None:
        if environment.backend == "local":
            raise UsageError(
                f"environment '{environment.name}' runs on this machine: there is "
                "nothing to deploy",
                hint="give one that runs on AWS, such as '-e dev'",
            )
        self.root, self.environment = root, environment
        self.stack_name = environment.stack_name
        self.session = Session(environment.region, environment)
        self.bucket, self.sleep, self._tell = bucket, sleep, tell
        self.clock, self.take_over, self.adopt = clock, take_over, adopt
        self.when_idle = when_idle
        # Those to be deployed, all for none; and whether they are one group of all.
        self.names: tuple[str, ...] = ()
        self.by_groups = False

    @cached_property
    def pipelines(self) -> tuple[CompiledPipeline, ...]:
        """Every pipeline that the environment has. Raises SpecError."""
        own = self.environment
        return Project(self.root, self._tell).compile(own.pipelines, own)

    def stack(self) -> Stack | None:
        """The environment's stack as it is now.

        Raises AwsError when the stack of that name is another project's, or another
        environment's.
        """
        found = stacks.describe(self.session, self.stack_name)
        if found is not None:
            stacks.check_owner(found, self.environment, self.take_over)
        return found

    def is_orphan(self, stack: Stack | None) -> bool:
        """Whether nobody knows whose the stack is, and this project would own it."""
        return bool(
            stack and stack.exists and self.environment.project and not stack.project
        )

    def plan(self, stack: Stack | None) -> Plan:
        """What would be deployed; its root template is written to build/, too.

        Raises PipelineError for specs, settings or files that cannot be deployed.
        """
        neighbours.check(self.root, self.environment)
        if stack is None:
            neighbours.check_account(self.session, self.environment)
        schedules.check_times(self.pipelines, self.clock())
        bucket = self.bucket_of(stack)
        given = (self.root, self.environment, self.pipelines, self.session, bucket)
        made = planning.make(*given, adoption.adopted(self, stack))
        if self.names:
            made = groups.only(self, made, stack)
        own = bounds.warnings(self.environment)
        others = foreign.warnings(self.root, self.environment, self.pipelines)
        for warning in (*own, *others):
            self._tell(f"warning: {warning}")
        allowed.check_stack_name(
            self.stack_name, made.package.nested, self.environment.name
        )
        planning.write(self.root / BUILD / self.environment.name, made)
        return made

    def policies(self, bucket: str, who: str = "deploy") -> list[dict[str, Any]]:
        """The IAM policies that deploying takes, or those of others (`using.USES`), for
        any account. Asks AWS nothing."""
        from mlmax_pipelines.aws import policy

        region, partition = self.session.region, self.session.partition[0]
        own = self.environment
        lent = tuple(roles.passed(own, self.pipelines).items())
        given: Any = {"key": own.kms_key, "boundary": own.permissions_boundary}
        scope = policy.Scope(
            self.stack_name, bucket, partition, region, lent=lent, **given
        )
        if who != "deploy":
            return policy.of_users(who, scope)
        files = planning.rendered(self.pipelines, own)
        brought = (r.kind for pipeline in self.pipelines for r in pipeline.resources)
        return policy.documents(files, scope, brought)

    def check_bucket(self, plan: Plan) -> None:
        """Raises AwsError when the bucket is missing, another's, or elsewhere."""
        bucket.check(self.session, plan.package.bucket)

    def missing(self, plan: Plan) -> list[str]:
        """The keys of the package that are not in the bucket. Raises Refused."""
        return uploading.missing(self.session, plan.package)

    def upload(self, plan: Plan, keys: list[str], watch: uploading.Watch) -> None:
        """Put them there. Raises Refused; what was put stays for the next try."""
        uploading.upload(self.session, plan.package, keys, watch)

    def is_deployed(self, stack: Stack | None, plan: Plan) -> bool:
        """Whether the stack is what the plan says, to the last parameter and tag."""
        if stack is None or not stack.exists or stack.in_progress:
            return False
        same = stack.parameters == plan.effective
        same = same and dict(stack.tags) == dict(self.environment.stack_tags)
        return same and self._views.root(stack) == plan.package.root

    def review(self, stack: Stack | None, plan: Plan) -> Review:
        """What the plan changes in the stack. Raises Refused."""
        found = self._views.review(stack, plan)
        hurt = running.hurt(self.session, stack, found) if stack else {}
        found = replace(found, notes=(*found.notes, *running.note(hurt)))
        tags = dict(stack.tags) if stack and stack.exists else {}
        different = tuple(changes.fields(tags, self.environment.stack_tags))
        said = self.roles(stack, plan)
        return replace(found, tags=different, roles=said.lines, lacking=said.lacking)

    def hurt(self, stack: Stack, plan: Plan) -> dict[str, int]:
        """Machine -> how many of its executions run with what the plan takes away."""
        return running.hurt(self.session, stack, self._views.review(stack, plan))

    def roles(self, stack: Stack | None, plan: Plan) -> roles.Told:
        """What there is to say of the roles that the environment brings."""
        own = (self.environment, self.pipelines, plan.parameters, self._pseudo)
        found = roles.needs(*own, stack, plan.package.root)
        return roles.told(found, self.session)

    def change_set(self, stack: Stack | None, plan: Plan) -> ChangeSet | None:
        """CloudFormation's own preview; None when it sees no change."""
        wanted = changesets.Wanted(
            self.stack_name,
            plan.template_url,
            plan.parameters,
            self.environment.stack_tags,
            self.adopt,
        )
        return changesets.create(self.session, wanted, stack, self.sleep)

    def annotated(self, review: Review, change_set: ChangeSet) -> Review:
        """A review with the replacements that only CloudFormation knows of."""
        return changesets.annotated(self.session, review, change_set)

    def discard(self, change_set: ChangeSet) -> None:
        """Take back a change set that nobody wants to execute."""
        changesets.delete(self.session, change_set)

    # Started when called: what is refused then was never under way.

    def execute(self, change_set: ChangeSet) -> Iterator[Event]:
        """Deploy; the stack's events until it is done, the last one saying how."""
        since = events.watermark(self.session, change_set.stack_id)
        changesets.execute(self.session, change_set)
        return events.follow(self.session, change_set.stack_id, since, self.sleep)

    def delete(self, stack: Stack) -> Iterator[Event]:
        """Delete the stack; its events until it is gone or cannot be."""
        since = events.watermark(self.session, stack.id)
        self.session.call("cloudformation", "delete_stack", StackName=stack.id)
        return events.follow(self.session, stack.id, since, self.sleep)

    def continue_rollback(self, stack: Stack) -> Iterator[Event]:
        """Go on with a rollback that failed; the stack's events until it ends."""
        since = events.watermark(self.session, stack.id)
        operation = "continue_update_rollback"
        self.session.call("cloudformation", operation, StackName=stack.id)
        return events.follow(self.session, stack.id, since, self.sleep)

    def wait(self, stack: Stack) -> Stack | None:
        """The stack once what is going on with it has ended; None when it is gone."""
        found: Stack | None = stack
        while found is not None and found.in_progress:
            self.sleep(_SECONDS_BETWEEN_LOOKS)
            found = stacks.describe(self.session, stack.id)
        return found

    def drift(self, stack: Stack | None) -> tuple[Drift, ...]:
        """What somebody changed by hand since the last recorded deployment."""
        from mlmax_pipelines.project import recording

        return recording.drifted(self, stack)

    def put_back(self, drifted: Drift) -> None:
        """Undo such a change. Raises Refused."""
        drift.put_back(self.session, drifted)

    def record(self, plan: Plan, person: Person) -> None:
        """Keep what was deployed just now."""
        from mlmax_pipelines.project import recording

        recording.record(self, plan, person)

    def retained(self, stack: Stack | None) -> Sequence[Kept]:
        """What stays when the stack is deleted, or one that is gone has left."""
        if stack is not None:
            return retained.kept(self.session, stack)
        return adoption.left(self, self.bucket) if self.bucket else ()

    def check_free(self, stack: Stack | None, plan: Plan) -> None:
        """Raises AwsError for a stack that would be made beside what one has left, and
        PipelineError for more than one operation may change."""
        groups.check_size(plan, self.names, self.stack_name)
        adoption.check(self, stack, plan)

    def bucket_of(self, stack: Stack | None) -> str:
        """The bucket of its code. Raises UsageError when nobody says which."""
        known = stack.parameters.get("CodeBucket", "") if stack else ""
        if self.bucket or known:
            return self.bucket or known
        raise UsageError(
            f"environment '{self.environment.name}' is not deployed yet: say which "
            "bucket its code goes into",
            hint="'--bucket NAME'; later deployments take the same one",
        )

    @cached_property
    def _views(self) -> comparing.Views:
        return comparing.Views(self.session, lambda: self._pseudo)

    @cached_property
    def _pseudo(self) -> dict[str, str]:
        """What templates call by name and AWS fills in."""
        partition, suffix = self.session.partition
        return {
            "AWS::AccountId": self.session.identity.account,
            "AWS::Partition": partition,
            "AWS::Region": self.session.region,
            "AWS::StackName": self.stack_name,
            "AWS::URLSuffix": suffix,
        }
