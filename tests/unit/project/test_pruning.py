"""How much may go; what that is, is tried on the emulator."""

from __future__ import annotations

from mlmax_pipelines.aws.objects import Folder
from mlmax_pipelines.project.pruning import Prunable


def test_what_may_go_is_as_large_as_all_of_it() -> None:
    folders = [Folder("b", "a/", 2, 10), Folder("b", "c/", 1, 5)]
    assert Prunable("code", folders).bytes == 15
