"""A project's files, named by what is in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlmax_pipelines.artifacts.disk import Store
from mlmax_pipelines.aws import uploading
from mlmax_pipelines.aws.packaging import Archive, Contents, Package, package
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.cloudformation.definitions import definition_key
from tests.unit.aws.packages import FILES, NAMES, packed, project


def content(made: Package, key: str, aside: Path) -> bytes:
    return uploading._file(made.objects[key], key, aside).read_bytes()


def test_equal_files_make_equal_packages_whatever_the_clock_and_order(
    tmp_path: Path,
) -> None:
    one = packed(project(tmp_path / "1", 1_000_000_000, NAMES))
    other = packed(project(tmp_path / "2", 1_700_000_000, NAMES[::-1]))
    assert one.key == other.key
    assert sorted(one.objects) == sorted(other.objects)
    for key in one.objects:
        first = content(one, key, tmp_path / "a")
        assert first == content(other, key, tmp_path / "b"), key


def test_a_changed_file_makes_another_version_of_the_code(tmp_path: Path) -> None:
    root = project(tmp_path, 1_000_000_000, NAMES)
    before = packed(root)
    (root / "src" / "a.py").write_text("changed")
    after = packed(root)
    assert before.code != after.code
    assert before.key != after.key
    assert before.data == after.data


def test_the_code_has_the_digest_of_a_local_run(tmp_path: Path) -> None:
    root = project(tmp_path / "project", 1_000_000_000, NAMES)
    (root / ".gitignore").write_text("*.log\n")
    (root / "src" / "x.log").write_text("left behind")
    store = Store(tmp_path / "s3")
    made = packed(root)
    assert {"src": store.put_code(root, "src")} == made.code
    local = store.put_data(root / "data" / "in.csv")
    assert made.data["data/in.csv"].split("/")[3:] == local.split("/")[3:]
    folder = store.put_data(root / "data" / "many")
    assert made.data["data/many"].split("/")[3:] == folder.split("/")[3:]


def test_the_root_template_points_to_the_nested_ones(tmp_path: Path) -> None:
    made = packed(project(tmp_path, 1_000_000_000, NAMES))
    url = made.root["Resources"]["Small"]["Properties"]["TemplateURL"]
    start = "https://s3.us-east-1.amazonaws.com/bucket/"
    assert url.startswith(start)
    assert made.objects[url.removeprefix(start)] == FILES["small.yaml"]
    assert json.loads(content(made, made.root_key, tmp_path / "x")) == made.root
    assert made.nested == {"Small": {"Resources": {}}}


def test_archives_are_made_only_when_asked_for(tmp_path: Path) -> None:
    root = project(tmp_path, 1_000_000_000, NAMES)
    made = package(root, Contents(FILES, ["src"]), "bucket", "")
    assert not any(isinstance(source, Archive) for source in made.objects.values())


def test_an_inner_folder_has_an_archive_of_its_own(tmp_path: Path) -> None:
    root = project(tmp_path, 1_000_000_000, [*NAMES, "src/fit/fit.py"])
    contents = Contents(FILES, ["src", "src/fit"], ["src/fit"], ["src/fit"])
    made = package(root, contents, "bucket", "")
    for name in ("src!fit.tar.gz", "src!fit.zip"):
        archive = made.objects[f"{made.code['src/fit']}/{name}"]
        assert isinstance(archive, Archive)
        assert [file for file, _ in archive.files] == ["fit.py"]


def test_a_changed_file_changes_the_folder_it_lies_in_and_no_other(
    tmp_path: Path,
) -> None:
    root = project(tmp_path, 1_000_000_000, [*NAMES, "fit/fit.py", "fit/deep/x.py"])
    contents = Contents(FILES, ["src", "fit", "fit/deep"])
    before = package(root, contents, "bucket", "").code
    (root / "fit" / "fit.py").write_text("changed")
    after = package(root, contents, "bucket", "").code
    assert [folder for folder in before if before[folder] != after[folder]] == ["fit"]


def test_a_definition_is_where_its_template_looks_for_it(tmp_path: Path) -> None:
    root = project(tmp_path, 1_000_000_000, NAMES)
    definition = b'{"StartAt": "A"}'
    files = {**FILES, "small.definition.json": definition}
    made = package(root, Contents(files), "bucket", "")
    assert made.objects[definition_key(definition)] == definition


@pytest.mark.parametrize(
    "name",
    [
        "src/.env",
        "src/.env.prod",
        "src/deep/server.PEM",
        "src/id_ed25519",
        "src/credentials",
        "src/client.key",
        "src/.netrc",
        "src/my-service-account.json",
    ],
)
def test_a_secret_is_refused_by_name(tmp_path: Path, name: str) -> None:
    root = project(tmp_path, 1_000_000_000, [*NAMES, name])
    with pytest.raises(UsageError, match="looks like a secret: nothing was shipped"):
        packed(root)


@pytest.mark.parametrize(
    "name", ["src/.env.example", "src/keys.py", "src/monkey.py", "src/credentials.py"]
)
def test_other_names_are_not(tmp_path: Path, name: str) -> None:
    root = project(tmp_path, 1_000_000_000, [*NAMES, name])
    made = packed(root)
    assert f"{made.code['src']}/{name}" in made.objects


def test_shipped_data_has_to_be_there(tmp_path: Path) -> None:
    root = project(tmp_path, 1_000_000_000, NAMES)
    with pytest.raises(UsageError, match="there is no file 'data/none.csv' to ship"):
        package(root, Contents(FILES, ["src"], data=["data/none.csv"]), "bucket", "")


def test_data_is_looked_at_as_code_is(tmp_path: Path) -> None:
    root = project(tmp_path, 1_000_000_000, [*NAMES, "data/deep/aws_creds.yaml"])
    with pytest.raises(UsageError, match=r"'data/deep/aws_creds.yaml' looks like a"):
        package(root, Contents(FILES, ["src"], data=["data"]), "bucket", "")
    with pytest.raises(UsageError, match="'/etc/passwd' is outside of the project"):
        package(root, Contents(FILES, ["src"], data=["/etc/passwd"]), "bucket", "")
