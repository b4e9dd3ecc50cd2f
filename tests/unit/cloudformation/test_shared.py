"""What the pipelines of an environment share: kept, closed, encrypted."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from mlmax_pipelines.cloudformation.shape import Shape
from mlmax_pipelines.cloudformation.tags import Tag, ref
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline

Load = Callable[[bytes], dict[str, Any]]


def resources(files: Mapping[str, bytes], name: str, load: Load) -> dict[str, Any]:
    found: dict[str, Any] = load(files[f"{name}.yaml"])["Resources"]
    return found


def test_what_holds_data_is_kept(training: CompiledPipeline, load: Load) -> None:
    found = resources(render([training]), "shared", load)
    for name in ("ArtifactBucket", "CancerModelGroup"):
        assert found[name]["DeletionPolicy"] == "RetainExceptOnCreate"
        assert found[name]["UpdateReplacePolicy"] == "Retain"
    group = found["CancerModelGroup"]["Properties"]["ModelPackageGroupName"]
    assert group == Tag("Sub", "${Prefix}-cancer")


def test_the_artifact_bucket_is_closed(training: CompiledPipeline, load: Load) -> None:
    found = resources(render([training]), "shared", load)
    bucket = found["ArtifactBucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]
    policy = found["ArtifactBucketPolicy"]["Properties"]["PolicyDocument"]
    (refusal,) = policy["Statement"]
    assert refusal["Effect"] == "Deny"
    assert refusal["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_access_to_the_bucket_is_logged_where_an_environment_says_so(
    training: CompiledPipeline, load: Load
) -> None:
    files = render([training])
    logging = resources(files, "shared", load)["ArtifactBucket"]["Properties"][
        "LoggingConfiguration"
    ]
    assert logging.name == "If" and logging.value[0] == "HasAccessLogBucket"
    assert logging.value[1]["DestinationBucketName"] == ref("AccessLogBucket")
    assert load(files["master.yaml"])["Parameters"]["AccessLogBucket"]["Default"] == ""


def test_no_rule_deletes_what_a_registered_model_may_point_to(
    training: CompiledPipeline, load: Load
) -> None:
    found = resources(render([training]), "shared", load)
    rules = found["ArtifactBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert not [rule for rule in rules if "ExpirationInDays" in rule]


def test_the_bucket_has_the_environments_key_or_aws_s(
    training: CompiledPipeline, load: Load
) -> None:
    found = []
    for shape in (Shape(), Shape(kms=True)):
        files = render([training], shape)
        bucket = resources(files, "shared", load)["ArtifactBucket"]["Properties"]
        found += bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    plain, own = found
    assert plain == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    assert own["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] == ref("KmsKeyArn")
    assert own["BucketKeyEnabled"] is True


def test_the_bucket_and_the_topic_are_handed_to_the_pipelines(
    training: CompiledPipeline, load: Load
) -> None:
    outputs = load(render([training])["shared.yaml"])["Outputs"]
    assert list(outputs) == ["ArtifactBucket", "AlertTopic"]
