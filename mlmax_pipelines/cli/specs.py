"""`pipeline validate`, `explain`, `schema`: what the specs say, and mean.

Never: writes a file.
"""

from __future__ import annotations

import json

import click

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.cli.app import App, say, show


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.pass_obj
def validate(app: App, names: tuple[str, ...]) -> None:
    """Check pipelines/ (all, unless named) and envs/, and write nothing.

    Every problem of every spec is printed, each with file, line and column, or else
    every one of the environments. The exit code is 2 when there is one.

    \b
    Examples:
      pipeline validate
      pipeline validate training
    """
    from mlmax_pipelines.project import environments

    pipelines = app.project.compile(names)
    known = environments.check(app.project.root, None if names else pipelines)
    for pipeline in pipelines:
        steps = len({state.step for state in pipeline.states if state.step})
        say(f"{pipeline.name}: {steps} steps, no problem")
    for name in known:
        say(f"environment {name}: no problem")


@click.command()
@click.argument("name")
@click.argument("step", default="", metavar="[STEP]")
@click.option("-e", "--env", default="", help="With this environment's machines.")
@click.pass_obj
def explain(app: App, name: str, step: str, env: str) -> None:
    """Show each state of pipeline NAME, or those of one STEP.

    For each: the step and line it comes from, what its roles allow and why, and how
    much of AWS's quotas it uses. Of the pipeline: how long an execution may take at
    most, how many hours of machines, and what they cost by the environment's 'prices'.

    \b
    Examples:
      pipeline explain training
      pipeline explain training Train
      pipeline explain training -e prod
    """
    from mlmax_pipelines.observe.explain import lines

    environment = app.project.environment(env) if env else None
    pipeline = app.project.pipeline(name, environment)
    steps = dict.fromkeys(state.step for state in pipeline.states if state.step)
    if step and step not in steps:
        raise UsageError(
            f"pipeline '{name}' has no step '{step}'",
            hint=question(step, steps) or f"it has {', '.join(steps)}",
        )
    show("\n".join(lines(pipeline, step, environment)))


@click.command()
@click.pass_obj
def schema(app: App) -> None:
    """Print the JSON Schema of pipeline specs and modules, for editors.

    \b
    Example:
      pipeline schema > schema.json
    and as first line of a spec, which most editors understand:
      # yaml-language-server: $schema=../schema.json
    """
    from mlmax_pipelines.spec.schema import json_schema

    show(json.dumps(json_schema(), indent=2))
