"""`pipeline validate`, `explain`, `schema`: what the specs say, and mean.

Never: writes a file.
"""

from __future__ import annotations

import json

import click

from mlmax_pipelines.cli.app import App, say


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.pass_obj
def validate(app: App, names: tuple[str, ...]) -> None:
    """Check the specs of pipelines/ (all, unless named) and write nothing.

    Every problem of every spec is printed, each with file, line and column. The exit
    code is 2 when there is one.

    \b
    Examples:
      pipeline validate
      pipeline validate training
    """
    for pipeline in app.project.compile(names):
        steps = len({state.step for state in pipeline.states if state.step})
        say(f"{pipeline.name}: {steps} steps, no problem")


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
    from mlmax_pipelines.spec.schema import schema as made

    click.echo(json.dumps(made(), indent=2))
