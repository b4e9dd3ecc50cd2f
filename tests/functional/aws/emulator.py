"""AWS's APIs as a process on this machine: ministack, and what it lacks.

Run as `emulator.py PORT`; serves until it is ended. Nothing leaves the machine.

What ministack 1.5 lacks is added here; all else that a template asks for is its own.
- It has no SageMaker, and so no AWS::SageMaker::ModelPackageGroup: that one type
  becomes a name that is remembered, that nobody else takes, and that can be asked for,
  as its versions can.
- A change set that imports what exists does so in nested stacks, too.
- When a nested stack is updated, a resource that does not change loses its attributes,
  so that no other resource can refer to its ARN: they are remembered.
- When a nested stack is deleted, its resources go even if their DeletionPolicy says
  Retain: they stay.
- A state machine takes a name that another one has: as on AWS, that fails its stack.
- A simulation of policies leaves out the context it is given: it is told of it.
- A state machine's states may call S3's PutObject and ListObjectVersions, and are
  told of an execution that there is none with the name that the error has on AWS.
- An execution knows the revision and the definition that it was started with, and
  an event of CloudTrail tells who started it, or judged a version of a model.
- A second change set of a stack that is still to be made gets a stack of its own: it
  becomes one more of the same.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timezone
from functools import partial
from typing import Any
from uuid import uuid4

MODEL_GROUP = "AWS::SageMaker::ModelPackageGroup"


def main(port: str) -> None:
    os.environ.update(
        GATEWAY_PORT=port, BIND_HOST="127.0.0.1", LOG_LEVEL="WARNING", S3_PERSIST="0"
    )
    from ministack import app
    from ministack.services.cloudformation import provisioners

    _know_model_groups(app, provisioners)
    _remember_attributes(provisioners)
    _keep_what_is_retained(provisioners)
    _refuse_taken_names(provisioners)
    _take_in_what_exists(provisioners)
    _keep_what_is_under_review()
    _simulate_in_context()
    _let_states_call_s3(port)
    _know_revisions()
    sys.argv = ["ministack"]
    app.main()


def _remember_attributes(provisioners: Any) -> None:
    """Give an unchanged resource the attributes that it had before an update."""
    known: dict[str, dict[str, Any]] = {}
    create, update = provisioners._provision_resource, provisioners._update_resource

    def provision(*args: Any) -> tuple[str, dict[str, Any]]:
        physical_id, attributes = create(*args)
        known[physical_id] = attributes
        return physical_id, attributes

    def change(
        kind: str, physical_id: str, *args: Any, old_attrs: Any = None
    ) -> tuple[str, dict[str, Any]]:
        old_attrs = old_attrs or known.get(physical_id)
        new_id, attributes = update(kind, physical_id, *args, old_attrs=old_attrs)
        known[new_id] = attributes
        return new_id, attributes

    provisioners._provision_resource = provision
    provisioners._update_resource = change


def _simulate_in_context() -> None:
    """Look at a policy's conditions in the context of the request."""
    from ministack.core import iam_evaluator
    from ministack.services import iam

    simulate, context = iam._simulate_principal_policy, iam_evaluator.EvalContext

    def in_context(params: Any) -> Any:
        given: dict[str, str] = {}
        while True:
            entry = f"ContextEntries.member.{len(given) + 1}"
            name = iam._p(params, f"{entry}.ContextKeyName")
            if not name:
                break
            value = iam._p(params, f"{entry}.ContextKeyValues.member.1")
            given[name.lower()] = value
        iam_evaluator.EvalContext = partial(context, service_context=given)
        try:
            return simulate(params)
        finally:
            iam_evaluator.EvalContext = context

    iam._IAM_HANDLERS["SimulatePrincipalPolicy"] = in_context


def _let_states_call_s3(port: str) -> None:
    """Put what is no text as JSON, as Step Functions does; answers as boto3 has them,
    times as text."""
    from ministack.core.responses import get_account_id
    from ministack.services import stepfunctions

    call = stepfunctions._invoke_aws_sdk_integration

    def renamed(resource: str, given: Any) -> Any:
        try:
            return call(resource, given)
        except stepfunctions._ExecutionError as error:
            if error.error == "Sfn.ExecutionDoesNotExist":
                error.error += "Exception"
            raise

    def called(resource: str, given: Any) -> Any:
        method = _S3_CALLS.get(resource.rpartition("aws-sdk:")[2])
        if method is None:
            return renamed(resource, given)
        import boto3

        client = boto3.client(
            "s3",
            region_name="us-east-1",
            endpoint_url=f"http://127.0.0.1:{port}",
            aws_access_key_id=get_account_id(),
            aws_secret_access_key="test",
        )
        if "Body" in given:
            given = {**given, "Body": json.dumps(given["Body"])}
        answer = getattr(client, method)(**given)
        answer.pop("ResponseMetadata")
        return json.loads(json.dumps(answer, default=str))

    stepfunctions._invoke_aws_sdk_integration = called


_S3_CALLS = {
    "s3:putObject": "put_object",
    "s3:listObjectVersions": "list_object_versions",
}


def _know_revisions() -> None:
    from ministack.services import stepfunctions

    start = stepfunctions._start_execution
    describe = stepfunctions._describe_state_machine_for_execution
    update = stepfunctions._update_state_machine
    look = stepfunctions._describe_state_machine
    updated: dict[str, str] = {}
    known: dict[str, dict[str, Any]] = {}

    def updating(data: Any) -> Any:
        answer = update(data)
        if answer[0] == 200:
            updated[data["stateMachineArn"]] = json.loads(answer[2])["updateDate"]
        return answer

    def starting(data: Any) -> Any:
        answer = start(data)
        if answer[0] == 200:
            execution = json.loads(answer[2])["executionArn"]
            machine = stepfunctions._executions[execution]["stateMachineArn"]
            now = stepfunctions._state_machines[machine]
            known[execution] = {"definition": now["definition"]}
            given = {"stateMachineArn": data["stateMachineArn"]}
            told = json.loads(answer[2])
            _tell("aws.states", "StartExecution", execution, given, told)
            # The first revision has none.
            if machine in updated:
                own = {"revisionId": now["revisionId"], "updateDate": updated[machine]}
                known[execution].update(own)
        return answer

    def looking(data: Any) -> Any:
        status, headers, body = look(data)
        if status == 200 and data["stateMachineArn"] not in updated:
            told = json.loads(body)
            told.pop("revisionId", None)
            body = json.dumps(told).encode()
        return status, headers, body

    def describing(data: Any) -> Any:
        status, headers, body = describe(data)
        if status == 200:
            told = {**json.loads(body), **known.get(data["executionArn"], {})}
            body = json.dumps(told).encode()
        return status, headers, body

    stepfunctions._start_execution = starting
    stepfunctions._describe_state_machine_for_execution = describing
    stepfunctions._update_state_machine = updating
    stepfunctions._describe_state_machine = looking


def _tell(service: str, call: str, event: str, given: Any, answer: Any) -> None:
    """As in an account with a trail: CloudTrail's event of the call."""
    from ministack.core.responses import get_account_id
    from ministack.services import eventbridge

    source = {"aws.states": "states", "aws.sagemaker": "sagemaker"}[service]
    detail = {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": call,
        "eventID": event,
        "eventTime": datetime.now(timezone.utc).isoformat(),
        "userIdentity": {"arn": f"arn:aws:iam::{get_account_id()}:root"},
        "requestParameters": given,
        "responseElements": answer,
    }
    entry = {
        "Source": service,
        "DetailType": "AWS API Call via CloudTrail",
        "Detail": json.dumps(detail),
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def _keep_what_is_under_review() -> None:
    """Put a change set of a stack under review on that stack."""
    from ministack.services.cloudformation import _change_sets, _stacks, handlers

    create = handlers._ACTION_HANDLERS["CreateChangeSet"]

    def once_more(params: Any) -> tuple[int, dict[str, str], bytes]:
        name = handlers._p(params, "StackName")
        before = _stacks.get(name)
        status, headers, body = create(params)
        made = _stacks.get(name)
        if (
            before is not None
            and before["StackStatus"] == "REVIEW_IN_PROGRESS"
            and status == 200
        ):
            _stacks[name] = before
            for one in _change_sets.values():
                if one["StackId"] == made["StackId"]:
                    one["StackId"] = before["StackId"]
            body = body.replace(made["StackId"].encode(), before["StackId"].encode())
        return status, headers, body

    handlers._ACTION_HANDLERS["CreateChangeSet"] = once_more


def _keep_what_is_retained(provisioners: Any) -> None:
    """Take retained resources out of a nested stack before it is deleted."""
    from ministack.services.cloudformation import _stacks

    handlers = provisioners._RESOURCE_HANDLERS["AWS::CloudFormation::Stack"]
    delete = handlers["delete"]

    def delete_the_rest(physical_id: str, properties: dict[str, Any]) -> None:
        nested = _stacks[provisioners._nested_stack_lookup_name(physical_id)]
        parent = _stacks[nested["_parent_stack_name"]]
        # A creation that is rolled back takes even these back: RetainExceptOnCreate.
        if parent["StackStatus"].startswith("DELETE"):
            for logical_id, one in nested["_template"]["Resources"].items():
                if one.get("DeletionPolicy", "").startswith("Retain"):
                    nested["_resources"].pop(logical_id, None)
        delete(physical_id, properties)

    handlers["delete"] = delete_the_rest


def _refuse_taken_names(provisioners: Any) -> None:
    from ministack.services import stepfunctions

    kind = "AWS::StepFunctions::StateMachine"
    handlers = provisioners._RESOURCE_HANDLERS[kind]
    create = handlers["create"]

    def create_new(*args: Any) -> tuple[str, dict[str, Any]]:
        name = args[1]["StateMachineName"]
        taken = {machine["name"] for machine in stepfunctions._state_machines.values()}
        if name in taken:
            text = f"Resource of type '{kind}' with identifier '{name}' already exists."
            raise ValueError(text)
        made: tuple[str, dict[str, Any]] = create(*args)
        return made

    handlers["create"] = create_new


def _versions(arn: Any, known: set[tuple[str, str]]) -> dict[str, Any]:
    """What is answered of the versions in the groups that are known, by operation."""
    from ministack.core.responses import get_account_id

    packages: dict[str, dict[str, Any]] = {}

    def of(given: dict[str, Any]) -> dict[str, Any]:
        begin = arn(given["ModelPackageGroupName"]).replace("-group/", "/") + "/"
        found = [one for name, one in packages.items() if name.startswith(begin)]
        return {"ModelPackageSummaryList": found}

    def register(given: dict[str, Any]) -> dict[str, Any]:
        begin = arn(given["ModelPackageGroupName"]).replace("-group/", "/")
        number = len(of(given)["ModelPackageSummaryList"]) + 1
        one = {**given, "ModelPackageArn": f"{begin}/{number}", "CreationTime": 0}
        packages[one["ModelPackageArn"]] = one
        return {"ModelPackageArn": one["ModelPackageArn"]}

    def groups(given: dict[str, Any]) -> dict[str, Any]:
        own = [name for account, name in known if account == get_account_id()]
        listed = [
            {"ModelPackageGroupName": name, "ModelPackageGroupArn": arn(name)}
            for name in own
            if given.get("NameContains", "") in name
        ]
        return {"ModelPackageGroupSummaryList": listed}

    def judge(given: dict[str, Any]) -> dict[str, Any]:
        packages[given["ModelPackageArn"]].update(given)
        told = {key[0].lower() + key[1:]: value for key, value in given.items()}
        _tell("aws.sagemaker", "UpdateModelPackage", f"e-{uuid4()}", told, {})
        return {"ModelPackageArn": given["ModelPackageArn"]}

    return {
        "UpdateModelPackage": judge,
        "ListModelPackageGroups": groups,
        "CreateModelPackage": register,
        "DescribeModelPackage": lambda given: packages[given["ModelPackageName"]],
        "ListModelPackages": of,
    }


def _know_model_groups(app: Any, provisioners: Any) -> None:
    from ministack.core import router
    from ministack.core.responses import get_account_id

    known: set[tuple[str, str]] = set()

    def arn(name: str) -> str:
        place = f"us-east-1:{get_account_id()}"
        return f"arn:aws:sagemaker:{place}:model-package-group/{name}"

    def create(
        logical_id: str, properties: dict[str, Any], stack: str
    ) -> tuple[str, dict[str, Any]]:
        name = properties["ModelPackageGroupName"]
        if (get_account_id(), name) in known:
            raise ValueError(f"Model Package Group already exists: {arn(name)}")
        known.add((get_account_id(), name))
        return name, {"ModelPackageGroupArn": arn(name)}

    def update(
        physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str
    ) -> tuple[str, dict[str, Any]]:
        return physical_id, {"ModelPackageGroupArn": arn(physical_id)}

    def delete(physical_id: str, properties: dict[str, Any]) -> None:
        known.discard((get_account_id(), physical_id))

    answers = _versions(arn, known)

    async def serve(
        method: str, path: str, headers: Any, body: bytes, query: Any
    ) -> tuple[int, dict[str, str], bytes]:
        name = json.loads(body).get("ModelPackageGroupName", "")
        operation = headers["x-amz-target"].rpartition(".")[2]
        if operation == "DeleteModelPackageGroup":
            delete(name, {})
            return 200, {}, b"{}"
        if operation in answers:
            told = answers[operation](json.loads(body))
            return 200, {}, json.dumps(told).encode()
        assert operation == "DescribeModelPackageGroup", operation
        if (get_account_id(), name) not in known:
            text = f"ModelPackageGroup {arn(name)} does not exist."
            told = {"__type": "ValidationException", "message": text}
            return 400, {}, json.dumps(told).encode()
        found = {"ModelPackageGroupName": name, "ModelPackageGroupArn": arn(name)}
        return 200, {}, json.dumps(found).encode()

    handlers = {"create": create, "update": update, "delete": delete}
    provisioners._RESOURCE_HANDLERS[MODEL_GROUP] = handlers
    router.SERVICE_PATTERNS["sagemaker"] = {"target_prefixes": ["SageMaker."]}
    app.SERVICE_HANDLERS["sagemaker"] = serve


def _take_in_what_exists(provisioners: Any) -> None:
    from ministack.services import s3
    from ministack.services.cloudformation import handlers

    taking: set[str] = set()
    prepare = handlers._ACTION_HANDLERS["CreateChangeSet"]
    buckets = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    create = buckets["create"]

    def preparing(params: Any) -> Any:
        if handlers._p(params, "ImportExistingResources") == "true":
            taking.add(handlers._p(params, "StackName") + "-")
        return prepare(params)

    def make(
        logical_id: str, properties: dict[str, Any], stack: str
    ) -> tuple[str, dict[str, Any]]:
        name = properties.get("BucketName")
        if name in s3._buckets and any(stack.startswith(one) for one in taking):
            return name, provisioners._s3_attrs(name)
        made: tuple[str, dict[str, Any]] = create(logical_id, properties, stack)
        return made

    handlers._ACTION_HANDLERS["CreateChangeSet"] = preparing
    buckets["create"] = make


if __name__ == "__main__":
    main(sys.argv[1])
