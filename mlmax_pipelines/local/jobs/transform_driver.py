"""Runs inside a transform job: what a model server does, without the server.

What comes in: a JSON file (its path is the only argument) that names the script with
the handlers, the model's folder, the input files and where their results go. What goes
out: one file per input. Never: imports anything of this package; it is run by path, in
the job's own process.

The handlers are those of the SageMaker inference toolkit: model_fn(model_dir),
input_fn(body, content_type), predict_fn(data, model), output_fn(prediction, accept),
or transform_fn(model, body, content_type, accept) in place of the last three.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

# The toolkit decodes these before it calls input_fn; others arrive as bytes.
_TEXT = ("text/csv", "application/json")
_MEGABYTE = 1024 * 1024


def main(request_path: str) -> None:
    """Transform every input file."""
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    sys.path.insert(0, request["code"])
    name = request["program"].removesuffix(".py").replace("/", ".")
    transform = handlers(importlib.import_module(name), request)
    for source, target in request["files"]:
        transform_file(transform, source, target, request)


def handlers(module: Any, request: dict[str, Any]) -> Callable[[bytes], bytes]:
    """body -> result, with the model loaded once. Exits when a handler is missing."""
    content_type, accept = request["content_type"], request["accept"]
    whole = hasattr(module, "transform_fn")
    names = ("transform_fn",) if whole else ("input_fn", "predict_fn", "output_fn")
    for name in ("model_fn", *names):
        if not hasattr(module, name):
            sys.exit(f"error: '{request['program']}' has no function '{name}'")
    model = module.model_fn(request["model"])

    def transform(body: bytes) -> bytes:
        text = content_type.split(";")[0].strip() in _TEXT
        content = body.decode("utf-8") if text else body
        if whole:
            return as_bytes(module.transform_fn(model, content, content_type, accept))
        data = module.input_fn(content, content_type)
        return as_bytes(module.output_fn(module.predict_fn(data, model), accept))

    return transform


def as_bytes(result: Any) -> bytes:
    """A handler's answer: text or bytes, or a tuple of that and its content type."""
    if isinstance(result, tuple):
        result = result[0]
    if isinstance(result, str):
        return result.encode("utf-8")
    if isinstance(result, (bytes, bytearray)):
        return bytes(result)
    sys.exit(f"error: output_fn gave {type(result).__name__}, not text or bytes")


def transform_file(
    transform: Callable[[bytes], bytes],
    source: str,
    target: str,
    request: dict[str, Any],
) -> None:
    """Write the results of one file's batches, one after the other."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(source, "rb") as bodies, open(target, "wb") as results:
        for body in batches(bodies, request):
            result = transform(body)
            results.write(result)
            if request["assemble"] == "Line" and not result.endswith(b"\n"):
                results.write(b"\n")


def batches(file: Any, request: dict[str, Any]) -> Iterator[bytes]:
    """The bodies of the requests that a file is split into.

    AWS page "CreateTransformJob": the whole file; or one line; or as many lines as
    fit into MaxPayloadInMB.
    """
    limit = request["max_payload_mb"] * _MEGABYTE
    if request["split"] == "None":
        yield checked(file.read(), limit)
        return
    batch: list[bytes] = []
    size = 0
    for line in file:
        if batch and (
            request["strategy"] == "SingleRecord" or size + len(line) > limit
        ):
            yield b"".join(batch)
            batch, size = [], 0
        batch.append(checked(line, limit))
        size += len(line)
    if batch:
        yield b"".join(batch)


def checked(body: bytes, limit: float) -> bytes:
    """The body. Exits when it is over the limit (0: none)."""
    if limit and len(body) > limit:
        sys.exit(
            f"error: a request of {len(body)} bytes is over MaxPayloadInMB: split the "
            f"input by lines, or raise the limit"
        )
    return body


if __name__ == "__main__":
    main(sys.argv[1])
