"""`pipeline graph`: a pipeline as a picture.

Never: draws anything itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.cli.app import App, near, say, show

_FORMATS = ("text", "mermaid", "svg", "png")
_BY_SUFFIX = {".txt": "text", ".mmd": "mermaid", ".svg": "svg", ".png": "png"}


@click.command()
@click.argument("name")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    help="Form of the picture.  [default: as --output ends, else text]",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write, not stdout."
)
@click.option("--states", is_flag=True, help="Every state, not one box per step.")
@click.pass_obj
def graph(
    app: App, name: str, form: str | None, output: Path | None, states: bool
) -> None:
    """Draw pipeline NAME: its steps, branches and, dashed, where errors lead.

    \b
    Examples:
      pipeline graph training
      pipeline graph training -o training.svg
      pipeline graph training --format mermaid >> README.md
    """
    form = form or _form(output)
    if form == "png" and output is None and sys.stdout.isatty():
        raise UsageError("a PNG is no text", hint="add '--output FILE.png'")
    from mlmax_pipelines.drawing.render import render

    content = render(app.project.pipeline(name), form, states)
    if output is None:
        if form == "png":
            click.echo(content, nl=False)
        else:
            show(content.decode(), nl=False)
        return
    output.write_bytes(content)
    say(f"wrote {near(output)}")


def _form(output: Path | None) -> str:
    """The form that a file's name says; Raises UsageError for one that says none."""
    suffix = output.suffix.lower() if output else ""
    if suffix and suffix not in _BY_SUFFIX:
        allowed = ", ".join(f"'{one}'" for one in _BY_SUFFIX)
        hint = f"let it end in {allowed}, or say --format"
        raise UsageError(f"'{output}' is no picture that can be drawn", hint=hint)
    return _BY_SUFFIX.get(suffix, "text")
