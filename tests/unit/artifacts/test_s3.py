from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from mlmax_pipelines.artifacts.s3 import Store
from mlmax_pipelines.base.errors import UsageError


def test_what_is_there_is_not_uploaded_again(
    on_s3: Store, told: list[str], tmp_path: Path
) -> None:
    for name in ("a", "b"):
        (tmp_path / "many").mkdir(exist_ok=True)
        (tmp_path / "many" / name).write_text(name)
    on_s3.put_data(tmp_path / "many", "artifacts")
    assert told == ["uploaded 'a' (0.0 MB)", "uploaded 'b' (0.0 MB)"]
    on_s3.put_data(tmp_path / "many", "artifacts")
    assert len(told) == 2


def test_a_listed_object_has_a_mark_of_its_content(on_s3: Store) -> None:
    on_s3.write("s3://box/x", b"1")
    [first] = on_s3.list("s3://box/x")
    on_s3.write("s3://box/x", b"2")
    [second] = on_s3.list("s3://box/x")
    assert first.mark != second.mark
    assert second.sha256 in ("", sha256(b"2").hexdigest())


def test_a_key_cannot_leave_the_folder_it_is_copied_to(
    on_s3: Store, tmp_path: Path
) -> None:
    on_s3.write("s3://box/data/../../out", b"")
    with pytest.raises(UsageError, match="leads out of"):
        on_s3.fetch("s3://box/data/", tmp_path / "here")
    assert not (tmp_path / "out").exists()


def test_versions_are_known_oldest_first_with_their_checksums(on_s3: Store) -> None:
    on_s3.write("s3://box/kept", b"1")
    (only,) = on_s3.versions("s3://box/kept")
    assert only[0] == b"1" and only[1] in ("", sha256(b"1").hexdigest())
    assert list(on_s3.versions("s3://box/kep")) == []
