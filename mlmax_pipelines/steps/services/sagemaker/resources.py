"""What SageMaker needs in a template: the groups that model versions are in.

Source: Service Authorization Reference, Amazon SageMaker AI; the permissions that
CloudFormation's schema of AWS::SageMaker::ModelPackageGroup names for its handlers.
"""

from __future__ import annotations

from mlmax_pipelines.declared import LISTING, Need, ResourceKind

MODEL_GROUP = ResourceKind(
    type="AWS::SageMaker::ModelPackageGroup",
    label="model package group",
    arn=("sagemaker", "model-package-group/{name}"),
    deploy=(
        Need(
            "sagemaker",
            "AddTags CreateModelPackageGroup DeleteModelPackageGroup "
            "DeleteModelPackageGroupPolicy DeleteTags DescribeModelPackageGroup "
            "GetModelPackageGroupPolicy ListTags",
            ("model-package-group/{stack}-*",),
        ),
        Need("sagemaker", "ListModelPackageGroups", (), (LISTING,)),
        Need(
            "sagemaker",
            "PutModelPackageGroupPolicy",
            (),
            ("ModelPackageGroupPolicy",),
        ),
    ),
    shared=True,
    retained=True,
    made_by="sagemaker:createModelPackageGroup",
)
