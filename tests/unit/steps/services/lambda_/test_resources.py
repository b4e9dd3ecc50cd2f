"""A function of the project: its folder, zipped, and its own role and log."""

from __future__ import annotations

from mlmax_pipelines.steps.services.lambda_.resources import FUNCTION, function


def test_a_function_runs_its_handler_from_the_zip_of_its_folder() -> None:
    made = function(
        "LoadFunction", ("src", "key"), "load.handler", "python3.12", 60, 256, "Loads"
    )
    assert (made.kind, made.code) == (FUNCTION, "src")
    assert made.properties["Handler"] == "load.handler"
    assert made.properties["Code"]["S3Key"] == "key"
    assert made.properties["Role"] == "${LoadFunctionRole.Arn}"
    assert made.properties["LoggingConfig"] == {"LogGroup": "${LoadFunctionLogGroup}"}
