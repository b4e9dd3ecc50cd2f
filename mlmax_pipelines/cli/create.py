"""`pipeline create`: specs in, templates/ out.

Never: deploys anything, or needs an AWS account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import click

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.cli.app import App, near, say, show
from mlmax_pipelines.project import TEMPLATES

if TYPE_CHECKING:
    from mlmax_pipelines.project.generated import Changes


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 2 when a template is stale."
)
@click.pass_obj
def create(app: App, names: tuple[str, ...], check: bool) -> None:
    """Compile the specs of pipelines/ to CloudFormation templates in templates/.

    With NAMEs, the templates of the other pipelines are left as they are: handy while
    you work on one. Before you commit, run it without.

    \b
    Examples:
      pipeline create              write what changed, remove what has no spec
      pipeline create training     leave the other pipelines' templates
      pipeline create --check      for CI: are the committed templates up to date?
    """
    changes = app.project.create(names, check)
    if changes is None:
        say("templates/ is up to date (nothing changed since it was made)")
    elif not check:
        _print_written(changes)
    elif changes.stale:
        _refuse(changes, names)
    else:
        say(f"templates/ is up to date ({len(changes.unchanged)} files)")


def refuse_stale(app: App) -> None:
    """Raises UsageError when templates/ is there, and not what the specs make."""
    if not (app.project.root / TEMPLATES).is_dir():
        return
    changes = app.project.create(check=True)
    if changes is not None and changes.stale:
        _refuse(changes, ())


def _print_written(changes: Changes) -> None:
    for word, files in (("wrote", changes.written), ("removed", changes.removed)):
        for file in files:
            show(f"{word} {near(changes.folder / file)}")
    if not changes.stale:
        say(f"templates/ is up to date ({len(changes.unchanged)} files)")
    elif changes.unchanged:
        say(f"unchanged: {', '.join(changes.unchanged)}")


def _refuse(changes: Changes, names: tuple[str, ...]) -> NoReturn:
    from mlmax_pipelines.cloudformation.templates import IMAGES
    from mlmax_pipelines.project.generated import differ_only_in, differences

    for line in differences(changes):
        show(line)
    count = len(changes.written) + len(changes.removed)
    what = "1 template is" if count == 1 else f"{count} templates are"
    command = " ".join(["pipeline create", *names])
    stale = ", ".join(changes.written + changes.removed)
    if differ_only_in(changes, IMAGES):
        _refuse_images(stale, command)
    raise UsageError(
        f"{what} not what the specs make: {stale}",
        hint=f"run '{command}', look at the difference and commit it",
    )


def _refuse_images(stale: str, command: str) -> NoReturn:
    """No spec is to blame: sagemaker's tables say where the images of a region are."""
    from importlib.metadata import requires, version

    needs = requires("mlmax-pipelines") or ()
    wanted = next(need for need in needs if need.startswith("sagemaker"))
    raise UsageError(
        f"only the addresses of container images differ in {stale}: they are "
        f"sagemaker's, of which {version('sagemaker')} is here and '{wanted}' required",
        hint=f"with the required one here, run '{command}' and commit the difference; "
        f"else pip install '{wanted}'",
    )
