"""`pipeline redrive`: an execution that failed goes on from where it failed.

What comes in: an execution. What goes out: what `pipeline run` shows. Never: a step
that succeeded run again.
"""

from __future__ import annotations

import click

from mlmax_pipelines.cli.app import App, environment_option, in_environment, say, show


@click.command()
@click.argument("execution", default="latest", metavar="[EXECUTION]")
@environment_option
@click.option("--no-wait", is_flag=True, help="Let it go on and return.")
@click.pass_obj
def redrive(app: App, execution: str, env: str, no_wait: bool) -> None:
    """Let an execution (the latest, unless named) go on from the step that failed.

    It stays the same execution, with the definition and the input it started with:
    for what failed for a reason outside of it. On AWS that is possible for 14 days.
    After a change to the code, 'pipeline replay' or 'pipeline run' is what you want.

    \b
    Examples:
      pipeline redrive
      pipeline redrive nightly-7 -e dev
    """
    from mlmax_pipelines.cli.follow import follow
    from mlmax_pipelines.cli.summary import conclude
    from mlmax_pipelines.project import executions

    environment = app.project.environment(env)
    backend, pipeline, record = executions.redrive(app.project, environment, execution)
    if no_wait:
        command = f"pipeline status {record.name}{in_environment(env)}"
        say(f"it goes on; '{command}' shows how")
        show(record.name)
        return
    timeline = follow(backend, pipeline, record)
    conclude(app, backend, backend.describe(record.id), timeline)
