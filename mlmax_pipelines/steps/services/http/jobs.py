"""What an HTTPS API does for a task.

Source: AWS Step Functions Developer Guide,
"Call HTTPS APIs in Step Functions workflows".
"""

from __future__ import annotations

from mlmax_pipelines.declared import JobKind

JOBS = (
    JobKind(
        integration="http:invoke",
        label="call of an HTTPS API",
        patterns=("",),
        calls=(
            "states:InvokeHTTPEndpoint",
            "events:RetrieveConnectionCredentials",
            "secretsmanager:GetSecretValue",
            "secretsmanager:DescribeSecret",
        ),
        # The same page: the time that a request may take.
        longest=60,
        local={"": "mlmax_pipelines.local.services.http:invoke"},
    ),
)
