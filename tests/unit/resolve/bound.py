"""The steps of a small project, bound to their modules and ready to be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.resolve.bindings import Binding, bind
from mlmax_pipelines.resolve.modules import load_modules
from mlmax_pipelines.resolve.reading import Reader
from mlmax_pipelines.resolve.references import References
from mlmax_pipelines.spec.checks import check_flow
from mlmax_pipelines.spec.pipelines import parse_pipeline
from mlmax_pipelines.yaml.document import load
from tests.unit.compiler import projects


@dataclass
class Bound:
    """Bindings by step, how they are read, and the problems of all that."""

    bindings: dict[str, Binding]
    reader: Reader
    problems: list[Problem]

    @property
    def said(self) -> list[str]:
        """`line:column: message | hint` each."""
        places = [str(problem.where).partition(":")[2] for problem in self.problems]
        found = zip(places, self.problems, strict=True)
        return [f"{place}: {p.message} | {p.hint}" for place, p in found]


def bound(root: Path, steps: str, **more: Any) -> Bound:
    """Of the project that `projects.write` makes in a folder."""
    projects.write(root, steps, **more)
    document = load(root / "pipelines" / "p.yaml", "pipelines/p.yaml")
    pipeline, wrong = parse_pipeline(document)
    assert pipeline is not None and wrong == []
    find = load_modules(root).find
    problems: list[Problem] = []
    bindings = bind(pipeline.steps, (), find, problems)
    references = References(
        pipeline.name,
        pipeline.parameters,
        bindings,
        check_flow(pipeline, find)[0],
        problems=problems,
    )
    return Bound(bindings, Reader(references), problems)
