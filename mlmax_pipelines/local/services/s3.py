"""S3's object calls, as `aws-sdk:s3:...` tasks make them.

What comes in: Bucket, Key and the rest of a call's members. What goes out: its
response. Never: reads or writes outside the store.
"""

from __future__ import annotations

from hashlib import md5
from pathlib import Path
from typing import Any

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.limits import LISTED_OBJECTS, PAYLOAD
from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local.services import metrics
from mlmax_pipelines.local.services.answers import as_text, iso_time, service_error
from mlmax_pipelines.local.workspace import Workspace


def get_object(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """The object's text as `Body`, as Step Functions gives it.

    What a state reads as a metrics file is checked here already, to say what is wrong.
    """
    if request.state in workspace.metrics:
        metrics.check(workspace.metrics[request.state], _uri(request), workspace.store)
    path = _existing(request, workspace)
    if path.stat().st_size > PAYLOAD:
        message = f"'{_uri(request)}' is over {PAYLOAD} bytes"
        raise StateError("States.DataLimitExceeded", message)
    content = path.read_bytes()
    try:
        body = content.decode("utf-8")
    except UnicodeDecodeError:
        uri = _uri(request)
        raise StateError("States.Runtime", f"'{uri}' is not UTF-8 text") from None
    return {"Body": body, "AcceptRanges": "bytes", **_described(path, content)}


def head_object(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    path = _existing(request, workspace)
    return {"AcceptRanges": "bytes", **_described(path, path.read_bytes())}


def put_object(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    content = as_text(request.arguments.get("Body", "")).encode()
    _check(request)
    workspace.store.write(_uri(request), content)
    return {"ETag": _etag(content), "ServerSideEncryption": "AES256"}


def copy_object(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    source = layout.SCHEME + str(request.arguments["CopySource"]).lstrip("/")
    path = _file(source, workspace)
    _check(request)
    workspace.store.copy_in(path, _uri(request))
    described = _described(path, path.read_bytes())
    kept = {key: described[key] for key in ("ETag", "LastModified")}
    return {"CopyObjectResult": kept}


def delete_object(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    _check(request)
    workspace.store.delete(_uri(request))
    return {}


def list_objects(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """One page; keys in order, `Delimiter` is not supported."""
    arguments = request.arguments
    if "Delimiter" in arguments:
        raise StateError("States.Runtime", "listObjectsV2: no 'Delimiter' locally")
    prefix = arguments.get("Prefix", "")
    base = layout.uri(arguments["Bucket"])
    after = arguments.get("ContinuationToken") or arguments.get("StartAfter") or ""
    limit = int(arguments.get("MaxKeys", LISTED_OBJECTS))
    found = [
        (item.uri[len(base) :], item.path)
        for item in workspace.store.matching(base + prefix)
    ]
    found = sorted(item for item in found if item[0] > after)
    page = found[:limit]
    more = len(found) > limit
    return {
        "Contents": [_listed(key, path) for key, path in page],
        "IsTruncated": more,
        "KeyCount": len(page),
        "MaxKeys": limit,
        "Name": arguments["Bucket"],
        "Prefix": prefix,
        **({"NextContinuationToken": page[-1][0]} if more else {}),
    }


def _uri(request: TaskRequest) -> str:
    return layout.uri(request.arguments["Bucket"], request.arguments["Key"])


def _check(request: TaskRequest) -> None:
    if not request.arguments["Key"] or str(request.arguments["Key"]).endswith("/"):
        uri = _uri(request)
        raise service_error("S3", "S3Exception", f"no object can be '{uri}' here", 400)


def _existing(request: TaskRequest, workspace: Workspace) -> Path:
    return _file(_uri(request), workspace)


def _file(uri: str, workspace: Workspace) -> Path:
    try:
        path = workspace.store.path(uri)
    except UsageError as error:
        raise service_error("S3", "S3Exception", str(error), 400) from None
    if uri.endswith("/") or not path.is_file():
        message = f"The specified key does not exist: '{uri}'."
        raise service_error("S3", "NoSuchKeyException", message, 404)
    return path


def _described(path: Path, content: bytes) -> dict[str, Any]:
    return {
        "ContentLength": len(content),
        "ContentType": "binary/octet-stream",
        "ETag": _etag(content),
        "LastModified": iso_time(path.stat().st_mtime),
        "Metadata": {},
    }


def _listed(key: str, path: Path) -> dict[str, Any]:
    status = path.stat()
    return {
        "Key": key,
        "LastModified": iso_time(status.st_mtime),
        "Size": status.st_size,
        "StorageClass": "STANDARD",
    }


def _etag(content: bytes) -> str:
    """S3's ETag of an object put in one part: MD5, a checksum here and no secret."""
    return f'"{md5(content, usedforsecurity=False).hexdigest()}"'
