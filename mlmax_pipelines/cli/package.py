"""`pipeline package`: code, data and templates into the bucket, nothing deployed."""

from __future__ import annotations

import click

from mlmax_pipelines.base.layout import uri
from mlmax_pipelines.cli.app import App, near, show
from mlmax_pipelines.cli.target import (
    Terminal,
    aws_environment_option,
    bucket_option,
    deployment,
)


@click.command()
@aws_environment_option
@bucket_option
@click.pass_obj
def package(app: App, env: str, bucket: str) -> None:
    """Upload code, data and templates to the bucket, each content once.

    'pipeline deploy' does this itself; this is for those who deploy by other means:
    the packaged root template is then in build/ENV/master.json.

    \b
    Examples:
      pipeline package -e dev --bucket my-bucket
    """
    from mlmax_pipelines.project import deploy
    from mlmax_pipelines.project.deployment import BUILD

    with deployment(app, env, bucket) as target:
        plan = deploy.package(target, Terminal())
        folder = app.project.root / BUILD / env
    for code, version in plan.package.code.items():
        show(f"code      {uri(plan.package.bucket, version)}/{code}/")
    show(f"template  {near(folder / 'master.json')}")
    show(f"          {plan.template_url}")
