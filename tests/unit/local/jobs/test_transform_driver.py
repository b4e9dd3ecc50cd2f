from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mlmax_pipelines.local.jobs import transform_driver as driver

REQUEST = {
    "content_type": "text/csv; charset=utf-8",
    "accept": "text/csv",
    "program": "inference.py",
    "model": "/model",
    "split": "Line",
    "strategy": "MultiRecord",
    "max_payload_mb": 6,
    "assemble": "None",
}


def bodies(content: bytes, **more: Any) -> list[bytes]:
    return list(driver.batches(io.BytesIO(content), {**REQUEST, **more}))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"split": "None"}, [b"1\n2\n3"]),
        ({"strategy": "SingleRecord"}, [b"1\n", b"2\n", b"3"]),
        ({}, [b"1\n2\n3"]),
        ({"max_payload_mb": 4 / (1 << 20)}, [b"1\n2\n", b"3"]),
    ],
)
def test_a_file_is_split_as_it_is_asked(
    more: dict[str, Any], expected: list[bytes]
) -> None:
    assert bodies(b"1\n2\n3", **more) == expected


def test_nothing_is_one_request_or_none() -> None:
    assert bodies(b"", split="None") == [b""]
    assert bodies(b"") == []


def test_a_request_over_the_limit_ends_the_job() -> None:
    with pytest.raises(SystemExit, match="a request of 9 bytes is over"):
        bodies(b"123456789", max_payload_mb=8 / (1 << 20))
    assert bodies(b"123456789", max_payload_mb=0) == [b"123456789"]


@pytest.mark.parametrize(
    ("result", "body"),
    [("é", "é".encode()), (b"x", b"x"), (bytearray(b"x"), b"x"), (("x", "csv"), b"x")],
)
def test_an_answer_is_text_or_bytes(result: Any, body: bytes) -> None:
    assert driver.as_bytes(result) == body


def test_another_answer_is_refused() -> None:
    with pytest.raises(SystemExit, match="output_fn gave int"):
        driver.as_bytes(1)


def test_handlers_are_called_one_after_the_other() -> None:
    module = SimpleNamespace(
        model_fn=lambda folder: f"model of {folder}",
        input_fn=lambda body, kind: [body, kind],
        predict_fn=lambda data, model: [*data, model],
        output_fn=lambda found, accept: "|".join([*found, accept]),
    )
    transform = driver.handlers(module, REQUEST)
    parts = ["1", REQUEST["content_type"], "model of /model", "text/csv"]
    assert transform(b"1") == "|".join(map(str, parts)).encode()


def test_bytes_stay_bytes_unless_they_are_text() -> None:
    module = SimpleNamespace(
        model_fn=lambda folder: None, transform_fn=lambda model, body, *_: repr(body)
    )
    request = {**REQUEST, "content_type": "application/x-npy"}
    assert driver.handlers(module, request)(b"1") == b"b'1'"
    assert driver.handlers(module, REQUEST)(b"1") == b"'1'"


def test_a_missing_handler_is_named() -> None:
    with pytest.raises(SystemExit, match="'inference.py' has no function 'input_fn'"):
        driver.handlers(SimpleNamespace(model_fn=None), REQUEST)


def test_every_file_gets_its_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    name = "inference_of_a_test"
    (tmp_path / f"{name}.py").write_text(
        "def model_fn(folder): return 2\n"
        "def transform_fn(model, body, kind, accept): return str(model * int(body))\n"
    )
    (tmp_path / "in").write_text("1\n20\n")
    target = tmp_path / "out" / "in.out"
    request = {
        **REQUEST,
        "code": str(tmp_path),
        "program": f"{name}.py",
        "strategy": "SingleRecord",
        "assemble": "Line",
        "files": [[str(tmp_path / "in"), str(target)]],
    }
    (tmp_path / "request.json").write_text(json.dumps(request))
    driver.main(str(tmp_path / "request.json"))
    assert target.read_text() == "2\n40\n"
