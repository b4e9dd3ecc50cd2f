"""An execution's evidence: what it ran, read and made, so that it can be checked.

What comes in: an execution's backend and record, and what the project at hand says of
its own sources. What goes out: the evidence as data (`layout.EVIDENCE` beside the
outputs), and what of it no longer matches. Never: a digest that was not computed, or
copied from where it could have been changed together with what it stands for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.asl.canonical import digest
from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.asl.walk import walk_states
from mlmax_pipelines.backends.contract import Backend, ExecutionRecord, Origin
from mlmax_pipelines.base import layout
from mlmax_pipelines.observe import metrics
from mlmax_pipelines.steps import jobs

_FORMAT = 1
# What stands for the deployment of a definition that somebody changed by hand.
NOBODYS = "no recorded deployment made what it ran"


@dataclass(frozen=True)
class Sources:
    """What the project at hand holds for a pipeline: SHA-256 of its spec, template and
    code, its git state ({} without git). `ran` says that the execution's definition is
    the one that these specs compile to."""

    spec: str
    template: str
    code: str
    git: Mapping[str, Any]
    ran: bool


@dataclass(frozen=True)
class Finding:
    """One thing checked: what it was, what it is; `now` is None when it is gone.

    `moves` says that it is of the project at hand, which goes on: that is no fault.
    """

    what: str
    was: Any
    now: Any
    moves: bool = False

    @property
    def matches(self) -> bool:
        return bool(self.was == self.now)


def collect(
    backend: Backend,
    record: ExecutionRecord,
    sources: Sources | None,
    left: Sequence[Artifact] | None = None,
) -> dict[str, Any]:
    """The evidence of an execution that has ended; `left` is what was recorded at its
    end, for who has asked already. Raises PipelineError."""
    events = list(backend.events(record.id))
    definition = backend.definition(record.id)
    model = model_package(events)
    origin = backend.origin(record, model or "")
    data = metrics.data(record, events)
    parameters = metrics.parameters(data, record)
    return {
        "format": _FORMAT,
        "execution": _execution(record),
        **_sources(record, definition, sources, origin.deployment or {}),
        "people": people(origin),
        "input": record.input,
        "parameters": parameters,
        "inputs": _inputs(backend, parameters),
        "images": images(definition),
        "metrics": metrics.metrics(record, events),
        "model_package": model,
        "artifacts": [_object(item) for item in _artifacts(backend, record, left)],
    }


def _artifacts(
    backend: Backend, record: ExecutionRecord, left: Sequence[Artifact] | None
) -> Sequence[Artifact]:
    """What it had made at its end, as far as that was recorded; with digests of what is
    still the same."""
    now = backend.artifacts(record.id)
    then = backend.recorded(record) if left is None else left
    if then is None:
        return now
    same = {(item.uri, item.mark): item for item in now}
    return [
        replace(same.get((one.uri, one.mark), one), version=one.version) for one in then
    ]


def people(origin: Origin) -> dict[str, Any]:
    """Who started an execution, who deployed what it ran, who approved its model."""
    made = origin.deployment or {}
    told = {
        "starter": origin.starter or "unknown",
        "claimed_by": origin.claimed_by,
        "deployer": made.get("by"),
        "approver": origin.approver,
        "deployment": NOBODYS if origin.deployment == {} else made.get("id"),
    }
    return {key: value for key, value in told.items() if value}


def _execution(record: ExecutionRecord) -> dict[str, Any]:
    told = {"error": record.error, "cause": record.cause}
    return {
        "id": record.id,
        "name": record.name,
        "pipeline": record.pipeline,
        "environment": record.environment,
        "status": record.status,
        "start_time": record.start_time,
        "stop_time": record.stop_time,
        **{key: value for key, value in told.items() if value},
    }


def _sources(
    record: ExecutionRecord,
    definition: Mapping[str, Any],
    sources: Sources | None,
    deployment: Mapping[str, Any],
) -> dict[str, Any]:
    """What was recorded at the start counts, then what was at the deployment; else what
    the project has, if it fits."""
    known = dict(record.evidence)
    known.pop("starter", None)
    told = {key: deployment[key] for key in ("commit", "dirty") if key in deployment}
    told["spec"] = deployment.get("specs", {}).get(record.pipeline)
    known = {
        **{key: value for key, value in told.items() if value is not None},
        **known,
    }
    code = _code(definition)
    if sources and sources.ran:
        same_code = sources.code == code
        known.setdefault("spec", sources.spec)
        known["template"] = sources.template
        # The commit is what ran only if the code is what was shipped.
        known = {**(sources.git if same_code else {}), **known}
    git = {key: known.pop(key) for key in ("commit", "dirty") if key in known}
    return {
        "spec": known.pop("spec", None),
        "definition": digest(definition),
        "template": known.pop("template", None) or None,
        "code": code,
        "git": git or None,
        "made_with": {
            k: v for k, v in known.items() if k not in ("definition", "code")
        },
    }


def images(definition: Mapping[str, Any]) -> dict[str, str]:
    """State -> the container image its job or model runs in."""
    found: dict[str, str] = {}
    for item in walk_states(definition):
        if "Resource" in item.state:
            kind = jobs.find(jobs.integration(item.state["Resource"]))
            for image in _named(item.state.get("Parameters", {}), kind.images):
                found[item.name] = image
    return found


def _named(value: Any, keys: Sequence[str]) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in keys and isinstance(inner, str):
                yield inner
            else:
                yield from _named(inner, keys)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner, keys)


def _code(definition: Mapping[str, Any]) -> str | None:
    return layout.code_digest_in(json.dumps(definition)) or None


def _inputs(backend: Backend, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"parameter": name, **_object(item)}
        for name, uri in parameters.items()
        if isinstance(uri, str) and uri.startswith(layout.SCHEME)
        for item in backend.objects(uri)
    ]


def _object(item: Artifact) -> dict[str, Any]:
    told = {"sha256": item.sha256, "etag": item.mark, "version": item.version}
    marks = {key: value for key, value in told.items() if value}
    return {"uri": item.uri, "size": item.size, **marks}


def model_package(events: Iterable[HistoryEvent]) -> str | None:
    """The version of a model that an execution registered or used last."""
    found = None
    for event in events:
        if event.type == "TaskSucceeded":
            answer = json.loads(event.details.get("output") or "null")
            if isinstance(answer, Mapping):
                found = answer.get("ModelPackageArn", found)
    return found


def check(
    backend: Backend, evidence: Mapping[str, Any], sources: Sources | None
) -> list[Finding]:
    """Everything in the evidence that can be computed again, with what it is now; and
    how far the project has moved on, where there is no such pipeline any more without
    `sources`.
    """
    execution = evidence["execution"]["id"]
    definition = backend.definition(execution)
    artifacts = {item.uri: item for item in backend.artifacts(execution, anew=True)}
    return [
        *_moved(evidence, sources),
        *_stored_code(backend, definition),
        Finding("definition", evidence["definition"], digest(definition)),
        Finding("images", evidence["images"], images(definition)),
        *(
            _compared(was, artifacts.pop(was["uri"], None))
            for was in evidence["artifacts"]
        ),
        *(Finding(uri, None, f"{new.size} bytes") for uri, new in artifacts.items()),
        *(_compared(was, _find(backend, was["uri"])) for was in evidence["inputs"]),
    ]


def versions(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """What an execution ran, for a report."""
    names = ("spec", "definition", "template", "code")
    known = {name: evidence[name] for name in names if evidence[name]}
    people = evidence.get("people", {})
    return {**people, **known, **(evidence["git"] or {}), "images": evidence["images"]}


def _stored_code(backend: Backend, definition: Mapping[str, Any]) -> Iterator[Finding]:
    """The versions of code that ran, as they lie where they were put. Of files whose
    store does not tell a digest it is known only that they are there."""
    for uri, version in layout.code_places(json.dumps(definition)):
        found = {item.uri[len(uri) :]: item.sha256 for item in backend.objects(uri)}
        files = {name: sha for name, sha in found.items() if not layout.is_packed(name)}
        now: str | None = version if files else None
        if files and all(files.values()):
            now = layout.listed_digest(files)
        yield Finding(f"stored code {version[:12]}", version, now)


def _moved(evidence: Mapping[str, Any], sources: Sources | None) -> Iterator[Finding]:
    now = vars(sources) if sources else {}
    for name in ("spec", "template", "code"):
        if evidence[name]:
            yield Finding(name, evidence[name], now.get(name), moves=True)
    if evidence["git"]:
        git = now.get("git") or {}
        was = evidence["git"].get("commit")
        yield Finding("commit", was, git.get("commit"), moves=True)


def _find(backend: Backend, uri: str) -> Artifact | None:
    return next((item for item in backend.objects(uri) if item.uri == uri), None)


def _compared(was: Mapping[str, Any], found: Artifact | None) -> Finding:
    """By what both tell of the content: a digest, or else the store's own mark."""
    if found is None:
        return Finding(was["uri"], was["size"], None)
    now = _object(found)
    key = next(key for key in ("sha256", "etag", "size") if key in was and key in now)
    return Finding(was["uri"], was[key], now[key])
