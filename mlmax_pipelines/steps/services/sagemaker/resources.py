"""What SageMaker needs in a template: the groups that model versions are in.

Source: Service Authorization Reference, Amazon SageMaker AI; the permissions that
CloudFormation's schema of AWS::SageMaker::ModelPackageGroup names for its handlers.
"""

from __future__ import annotations

from mlmax_pipelines.declared import ResourceKind

MODEL_GROUP = ResourceKind(
    type="AWS::SageMaker::ModelPackageGroup",
    label="model package group",
    arn=("sagemaker", "model-package-group/{name}"),
    deploy=(
        "sagemaker:CreateModelPackageGroup",
        "sagemaker:DescribeModelPackageGroup",
        "sagemaker:DeleteModelPackageGroup",
        "sagemaker:GetModelPackageGroupPolicy",
        "sagemaker:AddTags",
        "sagemaker:DeleteTags",
        "sagemaker:ListTags",
    ),
    deployed=("model-package-group/{stack}-*",),
    shared=True,
    retained=True,
)
