"""`pipeline init DIR`: the reference project, as a project of the user's own.

What comes in: a folder that is empty or not there. What goes out: a project that
validates and runs. Never: writes over anything.
"""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from mlmax_pipelines.cli.app import say, show
from mlmax_pipelines.project import SPECS


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
def init(directory: Path) -> None:
    """Make a new project in DIR: pipelines, modules, job code and data that run.

    It is the reference project (train, gate and register a classifier; predict with
    the newest approved one), yours to change. DIR must be empty, or not exist; a
    project of your own that has no id yet gets one, into project.yaml.

    \b
    Example:
      pipeline init my-project && cd my-project
      pipeline run training -e local
    """
    from mlmax_pipelines.project.scaffold import copy_reference, identify

    if (directory / SPECS).is_dir():
        say(f"gave the project an id, '{identify(directory)}': commit project.yaml")
        return
    files = copy_reference(directory)
    say(f"made a project of {len(files)} files in '{directory}'")
    show(_NEXT.format(directory=shlex.quote(str(directory))))


_NEXT = """\
  pipelines/  what runs, in which order      modules/  the parts it is made of
  src/        the code inside the jobs       data/     the data they start from
  envs/       where it runs, and with what   deploy.sh  puts it on AWS

next:
  cd {directory}
  pipeline create                   compile the specs to templates/
  pipeline run training -e local    run one here

The jobs need what src/ imports: pip install 'mlmax-pipelines[local]' brings it."""
