"""The functions that modules name are in the project's files, and can be called."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler import projects

MADE = "name: made\ntype: lambda\nimplementation: {handler: src/load.%s}\n"
STEPS = "  A: {module: made}\n"


def problems(root: Path, code: str, name: str = "handler") -> list[str]:
    modules = {"made": MADE % name}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(projects.CODE, "src/load.py", code)
        return projects.problems(root, STEPS, modules=modules)


@pytest.mark.parametrize(
    "code",
    [
        "def handler(event, context): ...",
        "def handler(event, context, more=1): ...",
        "def handler(*args): ...",
        "def handler(event, *rest): ...",
        "handler = lambda event, context: None",
        "handler, other = make()",
        "handler: object = make()",
        "import os\nfrom app import handler",
        "from app import main as handler",
        "from app import *",
        "try:\n    import fast\n    handler = fast.run\nexcept ImportError:\n    pass",
        "if x:\n    pass\nelse:\n    def handler(event, context): ...",
        "with open('x') as f:\n    def handler(event, context): ...",
        "class handler:\n    def __new__(cls, event, context): ...",
        "@wrapped\ndef handler(event): ...",
        "def __getattr__(name): ...",
        "match x:\n    case _:\n        handler = make()",
        "(handler := make())",
        "def handler(event, context, *, more=1): ...",
    ],
)
def test_a_function_that_lambda_can_call(tmp_path: Path, code: str) -> None:
    assert problems(tmp_path, code) == []


@pytest.mark.parametrize(
    ("code", "message", "hint"),
    [
        ("def handlr(e, c): ...", "no function 'handler'", "mean 'handlr'?"),
        ("def a(e, c): ...\nb = 1", "no function 'handler'", "its functions: a"),
        ("", "'src/load.py' has no function 'handler'", ""),
        ("class A:\n    def handler(self, e, c): ...", "no function 'handler'", ""),
        ("def handler(:\n", "'src/load.py' is no Python, line 1:", "mend the file"),
        ("x = '\0'", "'src/load.py' is no Python", "mend the file"),
        ("def handler(event): ...", "does not take two arguments", "(event, context):"),
        ("def handler(a, b, c): ...", "does not take two arguments", "def handler("),
        ("def handler(a, b, *, c): ...", "does not take two arguments", ""),
        ("async def handler(event, context): ...", "is async", "asyncio.run"),
    ],
)
def test_a_function_that_lambda_cannot_call(
    tmp_path: Path, code: str, message: str, hint: str
) -> None:
    (found,) = problems(tmp_path, code)
    assert found.startswith("modules/made.yaml:3:27: ")
    assert message in found and hint in found


def test_the_files_own_name_is_no_function(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "def handler(event, context): ...", "py")
    assert "has no function 'py' | its functions: handler" in found


def test_nothing_of_the_file_is_run(tmp_path: Path) -> None:
    code = "open('ran', 'w')\ndef handler(event, context): ..."
    assert problems(tmp_path, code) == []
    assert not Path("ran").exists()


@pytest.mark.parametrize("handler", ["handler", "src.load.handler", "src/load:main"])
def test_a_handler_of_another_form(tmp_path: Path, handler: str) -> None:
    modules = {"made": MADE.replace("src/load.%s", f"'{handler}'")}
    found = projects.problems(tmp_path, STEPS, modules=modules)
    assert f"'{handler}' is no handler | src/load.handler: the function" in found[0]
