"""The command `pipeline`: its options, its commands, and how it ends.

What comes in: the words of a command line. What goes out: an exit code, as
`base.errors` lists them. Never: a traceback for a known error, or the import of a
command that was not called.
"""

from __future__ import annotations

import os
import sys
from typing import Sequence

import click

from mlmax_pipelines import __version__
from mlmax_pipelines.base.errors import (
    EXIT_BUG,
    EXIT_INTERRUPTED,
    EXIT_USAGE,
    PipelineError,
    SpecError,
    UsageError,
)
from mlmax_pipelines.cli.app import App, say
from mlmax_pipelines.cli.lazy import Entry, LazyGroup

_CLI = "mlmax_pipelines.cli."
# Set by a shell that asks for completions, which click answers.
_COMPLETION = "_PIPELINE_COMPLETE"

SECTIONS = {
    "Write and compile": {
        "init": Entry(_CLI + "init", "init", "Make a new project in a folder."),
        "validate": Entry(_CLI + "specs", "validate", "Check specs, write nothing."),
        "create": Entry(_CLI + "create", "create", "Compile the specs to templates/."),
        "upgrade": Entry(
            _CLI + "upgrade", "upgrade", "Rewrite specs of an older release."
        ),
        "explain": Entry(
            _CLI + "specs", "explain", "Show what each state does and may do."
        ),
        "graph": Entry(_CLI + "graph", "graph", "Draw the steps of a pipeline."),
        "schema": Entry(
            _CLI + "specs", "schema", "Print the JSON Schema of specs, for editors."
        ),
    },
    "Deploy to AWS": {
        "package": Entry(_CLI + "package", "package", "Upload code and templates."),
        "deploy": Entry(_CLI + "deploy", "deploy", "Deploy an environment, reviewed."),
        "diff": Entry(_CLI + "diff", "diff", "Show what a deployment would change."),
        "deployments": Entry(
            _CLI + "deployments", "deployments", "List what was deployed, and when."
        ),
        "rollback": Entry(
            _CLI + "deployments", "rollback", "Deploy what was deployed before."
        ),
        "prune": Entry(
            _CLI + "prune", "prune", "Delete what is old and nothing refers to."
        ),
        "outputs": Entry(
            _CLI + "outputs", "outputs", "Print what a deployed environment has."
        ),
        "destroy": Entry(_CLI + "destroy", "destroy", "Delete an environment's stack."),
        "policies": Entry(
            _CLI + "policies", "policies", "Print the IAM policies that it takes."
        ),
    },
    "Run": {
        "run": Entry(_CLI + "run", "run", "Start an execution and follow it."),
        "stop": Entry(_CLI + "executions", "stop", "Stop an execution."),
        "redrive": Entry(
            _CLI + "redrive", "redrive", "Let an execution that failed go on."
        ),
        "replay": Entry(
            _CLI + "replay", "replay", "Run an execution again here, from a step on."
        ),
        "simulate": Entry(
            _CLI + "simulate", "simulate", "Run a definition with mocked tasks."
        ),
    },
    "Look at executions": {
        "list": Entry(_CLI + "executions", "list_", "List executions, newest first."),
        "status": Entry(_CLI + "executions", "status", "Show one execution's states."),
        "logs": Entry(_CLI + "logs", "logs", "Print what the jobs printed."),
        "report": Entry(_CLI + "report", "report", "Write one execution's report."),
        "compare": Entry(
            _CLI + "executions", "compare", "Put two executions side by side."
        ),
        "download": Entry(_CLI + "download", "download", "Copy what one has made."),
        "verify": Entry(
            _CLI + "verify", "verify", "Check that one is still what it was."
        ),
    },
}

_HELP = """Compile YAML specs of ML pipelines, and run them anywhere.

\b
  pipeline create                   compile every spec into templates/
  pipeline run training -e local    run one on this machine, without AWS
  pipeline status                   look at the latest execution
  pipeline COMMAND --help           options and examples of one command
"""


@click.group(
    cls=LazyGroup,
    sections=SECTIONS,
    help=_HELP,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
)
@click.version_option(__version__, "-V", "--version", message="pipeline %(version)s")
@click.option(
    "-C",
    "--project",
    metavar="DIR",
    help="The project's folder.  [default: found upwards from the current folder]",
)
@click.option("--debug", is_flag=True, help="Log what is done; show tracebacks.")
@click.pass_context
def cli(context: click.Context, project: str | None, debug: bool) -> None:
    if "NO_COLOR" in os.environ:
        context.color = False
    if debug:
        _log_everything()
    context.obj = App(project or "", debug)
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def run(args: Sequence[str]) -> int:
    """Run one command line to its end and return the exit code."""
    debug = "--debug" in args
    try:
        code = _invoke(list(args))
        # Whoever closed it beforehand (`>&-`) wants no results.
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except click.ClickException as error:
        return _usage(error)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return EXIT_INTERRUPTED
    except PipelineError as error:
        return _known(error, debug)
    except BrokenPipeError:
        # Whoever read our output has seen enough; nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _refused(error, debug)
    except Exception as error:
        return _bug(error, debug)


def _invoke(args: list[str]) -> int:
    if _COMPLETION in os.environ:
        cli.main(args, "pipeline")
    for arg in args:
        _check_text(arg)
    try:
        with cli.make_context("pipeline", args) as context:
            cli.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    return 0


def _check_text(arg: str) -> None:
    """Raises UsageError for bytes that are no text where this process runs: no spec,
    record or terminal could hold them."""
    try:
        arg.encode()
    except UnicodeEncodeError:
        encoding = sys.getfilesystemencoding()
        raise UsageError(
            f"{ascii(arg)} is not {encoding} text",
            hint="a locale such as LANG=C.UTF-8 takes every letter",
        ) from None


def _usage(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    message = error.format_message()
    _error(message[:1].lower() + message[1:].rstrip("."))
    if context is not None:
        click.echo(f"  hint: see '{context.command_path} --help'", err=True)
    return EXIT_USAGE


def _known(error: PipelineError, debug: bool) -> int:
    if debug:
        _traceback()
    problems = error.problems if isinstance(error, SpecError) else (error.problem,)
    for problem in problems:
        _error(str(problem))
    if len(problems) > 1:
        click.echo(f"{len(problems)} errors", err=True)
    return error.exit_code


def _refused(error: OSError, debug: bool) -> int:
    """The operating system said no: no space, no permission, no such file."""
    if debug:
        _traceback()
    place = f": '{error.filename}'" if error.filename else ""
    _error(f"{(error.strerror or str(error)).lower()}{place}")
    return EXIT_USAGE


def _bug(error: Exception, debug: bool) -> int:
    if debug:
        _traceback()
    _error(f"{type(error).__name__}: {error}")
    hint = "" if debug else "; 'pipeline --debug ...' shows where it happened"
    click.echo(f"  this is a bug in mlmax-pipelines {__version__}{hint}", err=True)
    return EXIT_BUG


def _error(text: str) -> None:
    say(click.style("error:", fg="red", bold=True) + " " + text)


def _traceback() -> None:
    import traceback

    traceback.print_exc()


def _log_everything() -> None:
    import logging

    logging.basicConfig(
        level=logging.DEBUG, format="%(asctime)s %(name)s %(levelname)s %(message)s"
    )
    # Theirs would hold what requests are signed with, session tokens among it.
    for name in ("boto3", "botocore", "s3transfer", "urllib3"):
        logging.getLogger(name).setLevel(logging.INFO)
