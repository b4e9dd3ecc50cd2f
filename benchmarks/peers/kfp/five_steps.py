"""The five-step pipeline in Kubeflow Pipelines, compiled as `kfp dsl compile` does.

What comes in: nothing. What goes out: training.yaml, the pipeline's intermediate
representation, in the folder of the call. Never: a cluster is called.
"""

from kfp import compiler, dsl
from kfp.dsl import Dataset, Input, Model, Output

# Components are read by their annotations, which must be types and not texts: so no
# `from __future__ import annotations` here.


@dsl.component(base_image="python:3.11")
def preprocess(raw: str, train: Output[Dataset], test: Output[Dataset]) -> None:
    for target in (train, test):
        with open(target.path, "w") as file:
            file.write(raw)


@dsl.component(base_image="python:3.11")
def train(rows: Input[Dataset], num_round: int, model: Output[Model]) -> None:
    with open(rows.path) as source, open(model.path, "w") as file:
        file.write(source.read() * num_round)


@dsl.component(base_image="python:3.11")
def evaluate(model: Input[Model], rows: Input[Dataset]) -> float:
    with open(model.path) as left, open(rows.path) as right:
        return float(left.read() == right.read())


@dsl.component(base_image="python:3.11")
def register(model: Input[Model], approval: str) -> None:
    print(model.uri, approval)


@dsl.pipeline(name="training")
def training(
    input_data: str = "s3://example-bucket/raw",
    num_round: int = 120,
    min_roc_auc: float = 0.95,
    approval: str = "Approved",
) -> None:
    """Train a classifier, gate it on its metrics and register it."""
    rows = preprocess(raw=input_data).set_memory_limit("8G")
    model = train(rows=rows.outputs["train"], num_round=num_round)
    judged = evaluate(model=model.outputs["model"], rows=rows.outputs["test"])
    with dsl.If(judged.output >= min_roc_auc, name="gate"):
        register(model=model.outputs["model"], approval=approval)


if __name__ == "__main__":
    compiler.Compiler().compile(training, "training.yaml")
