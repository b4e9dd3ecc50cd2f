"""The functions a spec names in the project's files: they are there, and can be called.

What comes in: handlers such as `src/load.handler`, whose files exist. What goes out: a
problem for each that Lambda could not call. Never: a file is run; its syntax tree says
what is in it, and what it cannot say is not held against anybody.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.resolve.bindings import Place

# AWS Lambda Developer Guide, "Define Lambda function handler in Python".
_GIVEN = ("event", "context")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def handler_problems(
    root: Path, handlers: Iterable[tuple[str, Place]]
) -> Iterator[Problem]:
    """Each handler whose function cannot be called, once."""
    seen: set[tuple[str, str]] = set()
    for handler, place in handlers:
        key = (handler, str(place.where()))
        file, _, function = handler.rpartition(".")
        path = root / f"{file}.py"
        if key not in seen and path.is_file():
            seen.add(key)
            yield from _problems(path, f"{file}.py", function, place)


def _problems(path: Path, file: str, function: str, place: Place) -> Iterator[Problem]:
    try:
        tree = ast.parse(path.read_bytes(), file)
    except (SyntaxError, ValueError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        why = error.msg if isinstance(error, SyntaxError) else str(error)
        yield place.problem(f"'{file}' is no Python{line}: {why}", "mend the file")
        return
    found = dict(_names(tree.body))
    if "*" in found or "__getattr__" in found:
        return  # what another file gives it, this one does not say
    if function not in found:
        functions = [n for n, node in found.items() if isinstance(node, _Function)]
        hint = did_you_mean(function, functions, "its functions")
        yield place.problem(f"'{file}' has no function '{function}'", hint)
    elif isinstance(found[function], ast.ClassDef | _Function):
        yield from _call_problems(found[function], file, place)


def _call_problems(node: ast.AST, file: str, place: Place) -> Iterator[Problem]:
    """What cannot be called with two arguments, as Lambda does."""
    if isinstance(node, ast.AsyncFunctionDef):
        text = f"'{node.name}' of '{file}' is async: Lambda does not await it"
        yield place.problem(text, "call asyncio.run(...) in a plain function")
    elif isinstance(node, ast.FunctionDef) and not node.decorator_list:
        takes = [*node.args.posonlyargs, *node.args.args]
        needs = len(takes) - len(node.args.defaults)
        most = len(_GIVEN) if node.args.vararg else len(takes)
        named = any(default is None for default in node.args.kw_defaults)
        if needs > len(_GIVEN) or most < len(_GIVEN) or named:
            text = f"'{node.name}' of '{file}' does not take two arguments"
            yield place.problem(text, f"def {node.name}({', '.join(_GIVEN)}):")


def _names(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.AST]]:
    """The names that a module has once it is loaded, and what gave them."""
    for node in body:
        if isinstance(node, _Function | ast.ClassDef):
            yield node.name, node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], node
        else:
            for name in _assigned(node):
                yield name, node
            for block in ("body", "orelse", "finalbody"):
                yield from _names(getattr(node, block, ()))
            for inner in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
                yield from _names(inner.body)


def _assigned(node: ast.stmt) -> Iterator[str]:
    """Names on the left of an assignment, or after `as` of a `with`."""
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    targets += [item.optional_vars for item in getattr(node, "items", ())]
    if isinstance(node, ast.Expr):
        targets += [n.target for n in ast.walk(node) if isinstance(n, ast.NamedExpr)]
    for target in filter(None, targets):
        for inner in ast.walk(target):
            if isinstance(inner, ast.Name):
                yield inner.id
