"""What `explain` says of a compiled pipeline."""

from __future__ import annotations

from dataclasses import replace

from mlmax_pipelines.compiled import MISSING, Parameter, Part
from mlmax_pipelines.declared import Limit, Statement
from mlmax_pipelines.observe.explain import lines


def _explained(training, pipeline):
    compiled = pipeline(
        training, limits=(Limit("definition bytes", 524_288, 1_048_576),)
    )
    reads = Statement(
        ("s3:GetObject", "s3:ListBucket", "ecr:GetAuthorizationToken"),
        ("*",),
        "reads its inputs",
        {"StringEquals": {"aws:x": "y"}},
        "there is nothing narrower",
    )
    states = tuple(
        replace(
            state,
            job_role=(reads,),
            limits=(Limit("inputs", 1, 10), Limit("job name characters", 60, 63)),
        )
        if state.name == "Train"
        else state
        for state in compiled.states
    )
    return replace(compiled, states=states)


def test_a_state_says_where_it_comes_from(training, pipeline):
    text = "\n".join(lines(pipeline(training)))
    assert (
        "Train  (processing, Task)\n    from step 'Train', pipelines/training.yaml:12:3"
        in text
    )
    assert "from step 'Evaluate', pipelines/training.yaml:14:3" in text
    assert "\n    added by the compiler: an execution's input" in text


def test_statements_come_with_their_reason(training, pipeline):
    text = lines(_explained(training, pipeline), step="Train")
    assert text[2:8] == [
        "    job role",
        "        reads its inputs:",
        "            s3:GetObject, ListBucket; ecr:GetAuthorizationToken",
        "            on *",
        "            if aws:x StringEquals y",
        "            any resource, as there is nothing narrower",
    ]


def test_limits_are_percent_of_the_quota_the_tightest_first(training, pipeline):
    text = lines(_explained(training, pipeline))
    assert "        definition bytes  50.0 %  524,288 of 1,048,576" in text
    names = [line.split()[0] for line in text if "%" in line]
    assert names == ["definition", "job", "inputs"]


def test_parameters_say_their_default_or_that_they_are_required(training, pipeline):
    given = (Parameter("a", "s3", MISSING, "the data"), Parameter("long", "number", 1))
    text = lines(pipeline(training, parameters=given))
    assert "        a: s3         required  the data" in text
    assert "        long: number  = 1" in text


def test_parts_of_a_split_pipeline_are_named(training, pipeline, chain):
    part = Part("Part1", "training-part-1", chain("A", "B"))
    text = "\n".join(lines(pipeline(training, parts=(part,))))
    assert "training-part-1  2 states" in text
