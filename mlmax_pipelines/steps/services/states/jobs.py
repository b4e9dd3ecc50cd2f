"""What Step Functions does for a task: it starts another execution.

Source: AWS Step Functions Developer Guide, "Start workflow executions from a task state
in Step Functions". `.sync:2` answers with JSON where `.sync` answers with text.
"""

from __future__ import annotations

from mlmax_pipelines.base.limits import EXECUTION_NAME
from mlmax_pipelines.declared import JobKind, Protection

_NESTED = "mlmax_pipelines.local.services.nested"
SYNC_JSON = ".sync:2"
START_EXECUTION = JobKind(
    integration="states:startExecution",
    label="execution",
    patterns=("", ".sync", SYNC_JSON, ".waitForTaskToken"),
    calls=("states:StartExecution",),
    follows=("states:DescribeExecution", "states:StopExecution"),
    rule="StepFunctionsExecution",
    name="Name",
    name_length=EXECUTION_NAME,
    network=Protection(why_no_fields="an execution runs on no machine of ours"),
    key=Protection(why_no_fields="its data is under the state machine's key"),
    local={
        ".sync": f"{_NESTED}:start_execution",
        SYNC_JSON: f"{_NESTED}:start_execution_json",
    },
)
JOBS = (START_EXECUTION,)
