"""`pipeline upgrade`: specs of an older release, written anew for this one."""

from __future__ import annotations

import click

from mlmax_pipelines import manifest
from mlmax_pipelines.cli.app import App, say, show


@click.command()
@click.pass_obj
def upgrade(app: App) -> None:
    """Write the specs of an older release in the language of this one.

    Only what is spelt otherwise today changes; comments and layout stay. It is noted
    in project.yaml, and doing it twice changes nothing.

    \b
    Example:
      pipeline upgrade && git diff
    """
    from mlmax_pipelines.project.upgrade import upgrade

    found = upgrade(app.project.root)
    for one in found:
        show(f"{one.where}: '{one.older}' is '{one.present}'")
    if found:
        say("next: look at the difference, then: pipeline create")
    else:
        say(f"the specs are of version {manifest.SPEC}: nothing to change")
