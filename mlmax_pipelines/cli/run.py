"""`pipeline run`: an execution started, followed, and summed up.

What comes in: a pipeline, an environment, inputs. What goes out: progress on stderr,
the result on stdout, and an exit code that says how the execution ended. Never:
starts anything before all of the inputs are known to be right.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Sequence

import click

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.cli.app import App, environment_option, in_environment, say, show

if TYPE_CHECKING:
    from mlmax_pipelines.project.inputs import Given


@click.command()
@click.argument("name")
@environment_option
@click.option(
    "-i",
    "--input",
    "inputs",
    multiple=True,
    metavar="NAME=VALUE",
    help="One input; may be given again. Lists and objects as JSON.",
)
@click.option(
    "--input-file",
    type=click.Path(path_type=Path),
    help="Inputs as a YAML or JSON object; --input goes before it.",
)
@click.option("--name", "execution", default="", help="Name of the execution.")
@click.option("--no-wait", is_flag=True, help="Start it, print its name and return.")
@click.pass_obj
def run(
    app: App,
    name: str,
    env: str,
    inputs: tuple[str, ...],
    input_file: Path | None,
    execution: str,
    no_wait: bool,
) -> None:
    """Start an execution of pipeline NAME and follow it to its end.

    For an input of type s3, a file or folder of this machine will do: it is uploaded,
    once for the same content. The exit code is 4 when the execution fails; Ctrl-C
    stops it, and the jobs it has running, and exits with 130.

    \b
    Examples:
      pipeline run training
      pipeline run training -i min_roc_auc=0.97 -i input_data=new/wdbc.csv
      pipeline run training --input-file nightly.yaml --name nightly-7 --no-wait
    """
    # Now, and not once it runs: an interrupt in between would leave it running.
    from mlmax_pipelines.cli import follow, summary
    from mlmax_pipelines.project import executions

    project = app.project
    environment = project.environment(env)
    backend = project.backend(environment)
    backend.prepare()
    pipeline = project.pipeline(name, environment)
    given = [*given_in_file(input_file), *given_in_words(inputs)]
    record = executions.start(project, backend, pipeline, environment, given, execution)
    if no_wait:
        _leave(record.name, in_environment(env))
        return
    if link := backend.link(record.id):
        say(link)
    timeline = follow.follow(backend, pipeline, record)
    summary.conclude(app, backend, backend.describe(record.id), timeline)


def _leave(name: str, environment: str) -> None:
    say(f"started; 'pipeline status {name}{environment}' shows how it goes")
    show(name)


def given_in_words(words: Sequence[str]) -> Sequence[Given]:
    """The values that were typed, `NAME=VALUE` each. Raises UsageError."""
    from mlmax_pipelines.project.inputs import Given

    given: dict[str, Given] = {}
    for text in words:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f"'--input {text}' is not NAME=VALUE")
        if name in given:
            hint = "keep one of them; a list is one value, in JSON: '[1, 2]'"
            raise UsageError(f"'--input {name}=...' is given twice", hint=hint)
        given[name] = Given(name, value, Path.cwd(), is_text=True)
    return list(given.values())


def given_in_file(path: Path | None) -> Sequence[Given]:
    """The values in a file; its paths are taken from the folder it is in."""
    if path is None:
        return ()
    from mlmax_pipelines.project.inputs import Given
    from mlmax_pipelines.yaml.document import load

    if not os.path.isfile(path):
        raise UsageError(f"no file '{path}' (option --input-file)")
    document = load(path, str(path))
    return [
        Given(str(name), value, path.parent, where=document.where((name,)))
        for name, value in document.data.items()
    ]
