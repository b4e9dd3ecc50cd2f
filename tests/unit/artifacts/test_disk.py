from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlmax_pipelines.artifacts import disk as store_module
from mlmax_pipelines.artifacts.disk import Store
from mlmax_pipelines.base.errors import UsageError


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "home" / "s3")


def uris(store: Store, prefix: str) -> list[str]:
    return [item.uri for item in store.matching(prefix)]


def test_an_object_is_read_as_it_was_written(store: Store) -> None:
    store.write("s3://b/a/x.txt", b"one")
    store.write("s3://b/a/x.txt", b"two")
    assert store.read("s3://b/a/x.txt") == b"two"


@pytest.mark.parametrize("uri", ["s3://b/none", "s3://b/a", "s3://b/a/x/"])
def test_a_key_that_is_no_object_is_missing(store: Store, uri: str) -> None:
    store.write("s3://b/a/x", b"")
    assert store.read(uri) is None


@pytest.mark.parametrize(
    "uri",
    [
        "s3://b/../../etc/passwd",
        "s3://b/a/../../x",
        "s3://../x",
        "s3://b/./x",
        "s3://b//etc/passwd",
        "s3:///x",
        "/etc/passwd",
        "file:///etc/passwd",
    ],
)
def test_keys_cannot_leave_their_bucket(store: Store, uri: str) -> None:
    with pytest.raises(UsageError, match="S3 URI|cannot be kept"):
        store.write(uri, b"")


def test_listing_matches_prefixes_as_s3_does(store: Store) -> None:
    for key in ("data/x.csv", "data/y/z.csv", "data.csv", "datum", "other/data"):
        store.write(f"s3://b/{key}", b"")
    assert sorted(uris(store, "s3://b/data")) == [
        "s3://b/data.csv",
        "s3://b/data/x.csv",
        "s3://b/data/y/z.csv",
    ]
    assert uris(store, "s3://b/data/") == ["s3://b/data/x.csv", "s3://b/data/y/z.csv"]
    assert uris(store, "s3://b/nothing") == []


def test_a_job_gets_the_folder_and_not_its_namesakes(
    store: Store, tmp_path: Path
) -> None:
    store.write("s3://b/train/a.csv", b"a")
    store.write("s3://b/train/sub/b.csv", b"b")
    store.write("s3://b/train-old/c.csv", b"c")
    assert store.copy_out("s3://b/train", tmp_path / "in") == 2
    found = sorted(p.relative_to(tmp_path / "in").as_posix() for p in _files(tmp_path))
    assert found == ["a.csv", "sub/b.csv"]


def _files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "in").rglob("*") if path.is_file()]


def test_what_a_job_writes_into_its_input_stays_out_of_the_store(
    store: Store, tmp_path: Path
) -> None:
    store.write("s3://b/x", b"kept")
    store.copy_out("s3://b/x", tmp_path)
    (tmp_path / "x").write_bytes(b"spoiled")
    assert store.read("s3://b/x") == b"kept"


def test_a_large_file_cannot_be_changed_through_its_link(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "LINK_BYTES", 4)
    store.write("s3://b/large", b"12345678")
    store.copy_out("s3://b/large", tmp_path)
    try:
        (tmp_path / "large").write_bytes(b"spoiled")
    except PermissionError:
        assert os.path.samefile(tmp_path / "large", store.path("s3://b/large"))
    assert store.read("s3://b/large") == b"12345678"


def test_a_folder_taken_in_appears_whole(store: Store, tmp_path: Path) -> None:
    made = tmp_path / "out"
    (made / "sub").mkdir(parents=True)
    (made / "sub" / "x").write_bytes(b"1")
    store.take(made, "s3://b/out/")
    assert store.read("s3://b/out/sub/x") == b"1"
    assert not made.exists()


def test_a_folder_taken_in_over_another_replaces_its_files(
    store: Store, tmp_path: Path
) -> None:
    store.write("s3://b/out/old", b"old")
    store.write("s3://b/out/both", b"old")
    made = tmp_path / "out"
    made.mkdir()
    (made / "both").write_bytes(b"new")
    store.take(made, "s3://b/out")
    assert store.read("s3://b/out/both") == b"new"
    assert store.read("s3://b/out/old") == b"old"


def test_equal_data_are_kept_once(store: Store, tmp_path: Path) -> None:
    one, two = tmp_path / "1" / "d.csv", tmp_path / "2" / "d.csv"
    for path in (one, two):
        path.parent.mkdir()
        path.write_text("a,b\n")
    uri = store.put_data(one)
    assert uri.startswith("s3://artifacts/data/") and uri.endswith("/d.csv")
    assert store.put_data(two) == uri
    two.write_text("a,c\n")
    assert store.put_data(two) != uri


def test_a_folder_of_data_is_kept_under_its_name(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "a.csv").write_text("1")
    uri = store.put_data(folder)
    assert uri.endswith("/raw/")
    assert store.read(uri + "a.csv") == b"1"
    assert store.put_data(folder) == uri


def make_code(root: Path) -> None:
    (root / "src" / "__pycache__").mkdir(parents=True)
    (root / "src" / "job.py").write_text("print('hi')\n")
    (root / "src" / "__pycache__" / "job.cpython-311.pyc").write_bytes(b"\0")


def test_code_is_kept_without_caches_and_named_by_content(
    store: Store, tmp_path: Path
) -> None:
    make_code(tmp_path)
    version = store.put_code(tmp_path, "src")
    (tmp_path / "src" / "__pycache__" / "more.pyc").write_bytes(b"\1")
    assert store.put_code(tmp_path, "src") == version
    assert uris(store, f"s3://artifacts/{version}/") == [
        f"s3://artifacts/{version}/src/job.py"
    ]
    (tmp_path / "src" / "job.py").write_text("print('ho')\n")
    assert store.put_code(tmp_path, "src") != version


@pytest.mark.parametrize(
    ("name", "member"), [("src.tar.gz", "job.py"), ("src.zip", "src/job.py")]
)
def test_an_archive_of_the_code_is_made_when_asked_for(
    store: Store, tmp_path: Path, name: str, member: str
) -> None:
    make_code(tmp_path)
    uri = f"s3://artifacts/{store.put_code(tmp_path, 'src')}/{name}"
    assert not store.path(uri).exists()
    [found] = store.provide(uri)
    assert _members(found.path) == [member]


def test_the_archive_of_an_inner_folder_is_made_of_that_folder(
    store: Store, tmp_path: Path
) -> None:
    make_code(tmp_path)
    (tmp_path / "src" / "fit").mkdir()
    (tmp_path / "src" / "fit" / "fit.py").write_text("")
    version = store.put_code(tmp_path, "src/fit")
    [found] = store.provide(f"s3://artifacts/{version}/src!fit.tar.gz")
    assert _members(found.path) == ["fit.py"]
    # Another folder does not change with it.
    before = store.put_code(tmp_path, "src")
    (tmp_path / "src" / "job.py").write_text("changed")
    assert store.put_code(tmp_path, "src") != before
    assert store.put_code(tmp_path, "src/fit") == version


def _members(path: Path) -> list[str]:
    import tarfile
    import zipfile

    if zipfile.is_zipfile(path):
        return zipfile.ZipFile(path).namelist()
    with tarfile.open(path) as archive:
        return archive.getnames()


def test_what_may_not_leave_the_project_is_not_kept_either(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "db_password.txt").write_text("hush")
    with pytest.raises(UsageError, match=r"'src/db_password.txt' looks like a secret"):
        store.put_code(tmp_path, "src")
