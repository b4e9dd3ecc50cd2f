"""recipe_job: runs a recipe job of AWS Glue DataBrew, and waits for its end.

Sources: AWS Step Functions Developer Guide, "Start AWS Glue DataBrew jobs with Step
Functions"; Service Authorization Reference, AWS Glue DataBrew.
"""

from __future__ import annotations

from mlmax_pipelines.compiled import Job
from mlmax_pipelines.declared import JobKind
from mlmax_pipelines.steps import iam
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft, Field, ResolvedStep, StepType
from mlmax_pipelines.steps.outputs import keep
from mlmax_pipelines.steps.values import result

START = JobKind(
    integration="databrew:startJobRun",
    label="run of a recipe job",
    patterns=("", ".sync"),
    calls=("databrew:StartJobRun",),
    follows=("databrew:ListJobRuns", "databrew:StopJobRun"),
    retries=(("DataBrew.AWSGlueDataBrewException",),),
    local={".sync": "recipe_jobs.local:start"},
)


class RecipeJob(StepType):
    type = "recipe_job"
    summary = "runs a recipe job of AWS Glue DataBrew"
    fields = {"job": Field("string", "the name of a job that exists", required=True)}
    jobs = (START,)
    outputs = {"run": "string"}

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        job, name = Job(START, ".sync"), step.fields["job"]
        read = [port.name for port in step.outputs.values() if port.read]
        kept = keep(step, dict.fromkeys(read, result("$.RunId")))
        draft = context.task(step.name, job, {"Name": name}, **kept)
        place = iam.arn("databrew", f"job/{name}")
        draft.execution_role = iam.ask(job, place, "starts, follows and stops its job")
        return [draft]


TYPE = RecipeJob()
