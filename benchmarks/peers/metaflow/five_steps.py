"""The five-step pipeline in Metaflow: `step-functions create --only-json`.

What comes in: nothing. What goes out: the state machine's definition on stdout, each
step a job of AWS Batch. Never: AWS is called. Metaflow has no choice between steps on
Step Functions: the gate is code, and an exception is its refusal.
"""

from __future__ import annotations

from metaflow import FlowSpec, Parameter, step


class Training(FlowSpec):
    """Train a classifier, gate it on its metrics and register it."""

    min_roc_auc = Parameter("min_roc_auc", default=0.95)
    input_data = Parameter("input_data", default="s3://example-bucket/raw")

    @step
    def start(self) -> None:
        """Preprocess."""
        self.rows = [(1.0, 0), (2.0, 1)]
        self.next(self.train)

    @step
    def train(self) -> None:
        self.model = {"num_round": 120, "rows": len(self.rows)}
        self.next(self.evaluate)

    @step
    def evaluate(self) -> None:
        self.roc_auc = 0.99
        self.next(self.gate)

    @step
    def gate(self) -> None:
        if self.roc_auc < self.min_roc_auc:
            raise ValueError("roc_auc is below min_roc_auc")
        self.next(self.end)

    @step
    def end(self) -> None:
        """Register."""
        print(self.model)


if __name__ == "__main__":
    Training()
