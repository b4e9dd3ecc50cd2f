"""The house is in order: small modules and functions, each module with its tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "mlmax_pipelines"
TESTS = ROOT / "tests" / "unit"
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40


def modules() -> Iterator[tuple[Path, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE), path.read_text(encoding="utf-8")


def functions(text: str) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            yield node


def statements(function: ast.FunctionDef) -> int:
    """How many a function has, its docstring not counted."""
    return len(function.body) - (ast.get_docstring(function) is not None)


def home_of_tests(module: Path) -> Path:
    """`steps/flow/pass_.py` -> `steps/flow/test_pass.py`; a package's own tests are in
    `test___init__.py`."""
    name = module.stem if module.stem.startswith("__") else module.stem.strip("_")
    return TESTS / module.parent / f"test_{name}.py"


def test_no_module_is_longer_than_a_person_reads_at_once() -> None:
    long = {str(m): n for m, t in modules() if (n := t.count("\n")) > LONGEST_MODULE}
    assert not long


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{module}:{function.name}": length
        for module, text in modules()
        for function in functions(text)
        if (length := (function.end_lineno or 0) - function.lineno + 1)
        > LONGEST_FUNCTION
    }
    assert not long


def test_every_module_with_logic_has_its_tests_beside_the_others() -> None:
    missing = [
        f"{module}: write {home_of_tests(module).relative_to(ROOT)}"
        for module, text in modules()
        if any(statements(function) > 1 for function in functions(text))
        and not home_of_tests(module).is_file()
    ]
    assert not missing, "\n".join(missing)


def test_tests_are_where_their_module_is() -> None:
    # What holds for all step types has a folder of its own.
    folders = {Path("steps", "conformance"), *(m.parent for m, _ in modules())}
    strays = [
        path.relative_to(ROOT)
        for path in TESTS.rglob("test_*.py")
        if path.relative_to(TESTS).parent not in folders
    ]
    assert not strays
