"""What both stores promise."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.artifacts.contract import Artifacts
from mlmax_pipelines.base.errors import UsageError


@pytest.fixture(params=["on_disk", "on_s3"])
def store(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


@pytest.fixture
def filled(store: Artifacts) -> Artifacts:
    for key in ("train/x.csv", "train/sub/y.csv", "train-old/x.csv", "train.csv"):
        store.write(f"s3://box/{key}", key.encode())
    return store


def uris(store: Artifacts, uri: str) -> list[str]:
    return sorted(item.uri for item in store.list(uri))


def test_an_object_is_read_as_it_was_written(store: Artifacts) -> None:
    store.write("s3://box/a/x", b"one")
    store.write("s3://box/a/x", b"two")
    assert store.read("s3://box/a/x") == b"two"


@pytest.mark.parametrize("uri", ["s3://box/none", "s3://box/train", "s3://box/train/"])
def test_what_is_no_object_is_nothing(filled: Artifacts, uri: str) -> None:
    assert filled.read(uri) is None


@pytest.mark.parametrize("uri", ["s3://box/train", "s3://box/train/"])
def test_a_folder_is_listed_without_its_neighbours(filled: Artifacts, uri: str) -> None:
    assert uris(filled, uri) == ["s3://box/train/sub/y.csv", "s3://box/train/x.csv"]


def test_an_object_is_listed_alone(filled: Artifacts) -> None:
    [found] = filled.list("s3://box/train.csv")
    assert (found.uri, found.size) == ("s3://box/train.csv", len("train.csv"))
    # A store that would have to read it for that need not know.
    assert found.sha256 in ("", sha256(b"train.csv").hexdigest())
    assert (found.step, found.output) == ("", "")
    assert uris(filled, "s3://box/none") == uris(filled, "s3://box/tra") == []


def test_an_object_is_copied_to_a_path_or_into_a_folder(
    filled: Artifacts, tmp_path: Path
) -> None:
    path = filled.fetch("s3://box/train.csv", tmp_path / "new" / "mine.csv")
    assert path == tmp_path / "new" / "mine.csv"
    assert path.read_text() == "train.csv"
    assert filled.fetch("s3://box/train.csv", tmp_path) == tmp_path / "train.csv"
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["mine.csv"]


@pytest.mark.parametrize("uri", ["s3://box/train", "s3://box/train/"])
def test_what_is_below_a_prefix_is_copied_into_a_folder(
    filled: Artifacts, tmp_path: Path, uri: str
) -> None:
    to = tmp_path / "here"
    assert filled.fetch(uri, to) == to
    found = {str(p.relative_to(to)) for p in to.rglob("*") if p.is_file()}
    assert found == {"x.csv", "sub/y.csv"}
    assert (to / "sub" / "y.csv").read_text() == "train/sub/y.csv"


def test_there_has_to_be_something_to_copy(store: Artifacts, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing at 's3://box/none'"):
        store.fetch("s3://box/none", tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_file_is_kept_under_its_content(store: Artifacts, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text("1,2")
    digest = sha256(b"1,2").hexdigest()
    uri = store.put_data(file, "artifacts")
    assert uri == f"s3://artifacts/data/{digest}/in.csv"
    assert store.put_data(file, "artifacts") == uri
    assert store.read(uri) == b"1,2"
    file.write_text("3")
    assert store.put_data(file, "artifacts") != uri


def test_a_folder_is_kept_under_its_content(store: Artifacts, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    (folder / "sub").mkdir(parents=True)
    (folder / "a").write_text("1")
    (folder / "sub" / "b").write_text("2")
    uri = store.put_data(folder, "artifacts")
    assert uri.startswith("s3://artifacts/data/") and uri.endswith("/many/")
    assert uris(store, uri) == [f"{uri}a", f"{uri}sub/b"]
    assert store.put_data(folder, "artifacts") == uri


@pytest.mark.parametrize("uri", ["/etc/passwd", "file:///x", "s3:///x"])
def test_only_s3_is_an_address(store: Artifacts, uri: str) -> None:
    with pytest.raises(UsageError, match="not an S3 URI"):
        store.read(uri)
