"""`pipeline replay`: an execution run again on this machine, from a step on.

What comes in: an execution, here or on AWS. What goes out: what `pipeline run` shows.
Never: a step before that one run again.
"""

from __future__ import annotations

import click

from mlmax_pipelines.cli.app import App, environment_option


@click.command()
@click.argument("execution", default="latest", metavar="[EXECUTION]")
@environment_option
@click.option(
    "--from",
    "step",
    default="",
    metavar="STEP",
    help="Step to begin with.  [default: the one that failed, or else the first]",
)
@click.option(
    "--in",
    "here",
    default="local",
    metavar="ENV",
    show_default=True,
    help="Environment of this machine to run it in.",
)
@click.pass_obj
def replay(app: App, execution: str, env: str, step: str, here: str) -> None:
    """Run an execution (the latest, unless named) again here, from a step on.

    The steps before it are not run: what they returned is in the execution's history,
    and what they wrote is downloaded, its size told first. The steps run as the specs
    and the code are now: change them, replay, and see whether that was it.

    \b
    Examples:
      pipeline replay nightly-7 -e dev
      pipeline replay nightly-7 -e dev --from Evaluate
    """
    from mlmax_pipelines.cli.follow import follow
    from mlmax_pipelines.cli.summary import conclude
    from mlmax_pipelines.project import executions

    source, target = app.project.environment(env), app.project.environment(here)
    started = executions.replay(app.project, source, target, execution, step)
    backend, pipeline, record = started
    timeline = follow(backend, pipeline, record)
    conclude(app, backend, backend.describe(record.id), timeline)
