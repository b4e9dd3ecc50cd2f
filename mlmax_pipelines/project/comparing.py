"""What a stack is and what a plan would make of it, side by side.

What comes in: a session, a stack, a plan. What goes out: what differs between them.
Never: the same template asked of AWS twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mlmax_pipelines.aws import changes, stacks, templates, views
from mlmax_pipelines.aws.changes import Review
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.aws.views import View
from mlmax_pipelines.project.planning import Plan


class Views:
    """Of one stack's templates. `pseudo` gives what they call by name and AWS fills
    in; it is asked for only to compare them."""

    def __init__(
        self, session: Session, pseudo: Callable[[], Mapping[str, str]]
    ) -> None:
        self._session, self._pseudo = session, pseudo
        self._roots: dict[str, dict[str, Any]] = {}

    def root(self, stack: Stack) -> dict[str, Any]:
        """The root template that is deployed. Raises Refused."""
        if stack.id not in self._roots:
            self._roots[stack.id] = stacks.template(self._session, stack.id)
        return self._roots[stack.id]

    def review(self, stack: Stack | None, plan: Plan) -> Review:
        """What the plan changes in the stack. Raises Refused."""
        package = plan.package
        new = views.view(package.root, package.nested, plan.parameters, self._pseudo())
        return changes.review(
            self._deployed(stack, plan), new, lambda *at: self._definition(plan, *at)
        )

    def _deployed(self, stack: Stack | None, plan: Plan) -> View:
        if stack is None or not stack.exists:
            return views.NOTHING
        root = self.root(stack)
        planned = templates.urls(plan.package.root)
        ids: dict[str, str] = {}
        nested: dict[str, Mapping[str, Any]] = {}
        for logical_id, url in templates.urls(root).items():
            if planned.get(logical_id) == url:
                nested[logical_id] = plan.package.nested[logical_id]
                continue
            ids = ids or stacks.nested_ids(self._session, stack.id)
            if logical_id in ids:
                nested[logical_id] = stacks.template(self._session, ids[logical_id])
        return views.view(root, nested, stack.parameters, self._pseudo())

    def _definition(self, plan: Plan, bucket: str, key: str) -> bytes:
        """A definition that is a file of its own: the plan's, or the deployed one."""
        own = plan.package.objects.get(key)
        if isinstance(own, bytes):
            return own
        answer = self._session.call("s3", "get_object", Bucket=bucket, Key=key)
        return bytes(answer["Body"].read())
