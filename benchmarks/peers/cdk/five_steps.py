"""The five-step pipeline in the AWS CDK.

What comes in: nothing. What goes out: the stack's template in the folder cdk.out.
Never: AWS is called; there is no asset to upload.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

BUCKET = "example-bucket"
MOUNT = "/opt/ml/processing"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/xgboost:3.0-5"


class Training(cdk.Stack):
    """State machine and job role of the training pipeline."""

    def __init__(self, scope: cdk.App) -> None:
        super().__init__(scope, "training")
        self._role = iam.Role(
            self,
            "JobRole",
            assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"),
        )
        image = tasks.DockerImage.from_registry(IMAGE)
        register = tasks.SageMakerCreateModel(
            self,
            "Register",
            model_name=sfn.JsonPath.string_at("$$.Execution.Name"),
            primary_container=tasks.ContainerDefinition(
                image=image,
                model_s3_location=tasks.S3Location.from_json_expression(
                    "$.train.ModelArtifacts.S3ModelArtifacts"
                ),
            ),
            role=self._role,
        )
        gate = (
            sfn.Choice(self, "Gate")
            .when(
                sfn.Condition.number_greater_than_equals("$.evaluation.roc_auc", 0.95),
                register,
            )
            .otherwise(sfn.Fail(self, "Rejected", error="ModelRejected"))
        )
        steps = (
            self._script("Preprocess", "raw", "train")
            .next(self._train(image))
            .next(self._script("Evaluate", "train", "evaluation"))
            .next(gate)
        )
        machine = sfn.StateMachine(
            self,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_chainable(steps),
        )
        machine.add_to_role_policy(
            iam.PolicyStatement(
                actions=["sagemaker:CreateProcessingJob"],
                resources=[self.format_arn(service="sagemaker", resource="*")],
            )
        )

    def _train(self, image: tasks.DockerImage) -> tasks.SageMakerCreateTrainingJob:
        source = tasks.S3DataSource(
            s3_location=tasks.S3Location.from_json_expression("$.train_uri")
        )
        return tasks.SageMakerCreateTrainingJob(
            self,
            "Train",
            training_job_name=sfn.JsonPath.string_at("$$.Execution.Name"),
            integration_pattern=sfn.IntegrationPattern.RUN_JOB,
            algorithm_specification=tasks.AlgorithmSpecification(training_image=image),
            hyperparameters={"num_round": "120"},
            input_data_config=[
                tasks.Channel(
                    channel_name="train",
                    data_source=tasks.DataSource(s3_data_source=source),
                )
            ],
            output_data_config=tasks.OutputDataConfig(
                s3_output_location=tasks.S3Location.from_json_expression("$.model_uri")
            ),
            resource_config=tasks.ResourceConfig(
                instance_count=1,
                instance_type=ec2.InstanceType("m5.large"),
                volume_size=cdk.Size.gibibytes(30),
            ),
            role=self._role,
            result_path="$.train",
        )

    def _script(self, name: str, source: str, target: str) -> sfn.CustomState:
        """The CDK has no construct for a processing job."""
        parameters = {
            "ProcessingJobName.$": f"States.Format('{name}-{{}}', $$.Execution.Name)",
            "RoleArn": self._role.role_arn,
            "AppSpecification": {
                "ImageUri": IMAGE,
                "ContainerEntrypoint": ["python3", f"{MOUNT}/code/{name}.py"],
            },
            "ProcessingInputs": [
                {
                    "InputName": source,
                    "S3Input": {
                        "S3Uri": f"s3://{BUCKET}/{source}",
                        "LocalPath": f"{MOUNT}/input",
                        "S3DataType": "S3Prefix",
                        "S3InputMode": "File",
                    },
                }
            ],
            "ProcessingOutputConfig": {
                "Outputs": [
                    {
                        "OutputName": target,
                        "S3Output": {
                            "S3Uri": f"s3://{BUCKET}/{target}",
                            "LocalPath": f"{MOUNT}/output",
                            "S3UploadMode": "EndOfJob",
                        },
                    }
                ]
            },
            "ProcessingResources": {
                "ClusterConfig": {
                    "InstanceCount": 1,
                    "InstanceType": "ml.m5.large",
                    "VolumeSizeInGB": 30,
                }
            },
        }
        return sfn.CustomState(
            self,
            name,
            state_json={
                "Type": "Task",
                "Resource": "arn:aws:states:::sagemaker:createProcessingJob.sync",
                "Parameters": parameters,
                "ResultPath": f"$.{name.lower()}",
            },
        )


def main() -> None:
    app = cdk.App(outdir="cdk.out")
    Training(app)
    app.synth()


if __name__ == "__main__":
    main()
