"""What CloudFormation's handlers of a table take of IAM, most of it for what none of
ours has. Source: as that of `handlers`.
"""

from __future__ import annotations

from mlmax_pipelines.declared import LISTING, NO_PROPERTY, Need

TABLE = (
    Need(
        "dynamodb",
        "CreateTable DeleteTable DescribeContinuousBackups DescribeContributorInsights "
        "DescribeKinesisStreamingDestination DescribeTable DescribeTimeToLive "
        "GetResourcePolicy ListTagsOfResource TagResource UntagResource "
        "UpdateContinuousBackups UpdateContributorInsights UpdateTable "
        "UpdateTimeToLive",
        ("table/{stack}-slots",),
    ),
    Need("dynamodb", "ListTables", (), (LISTING,)),
    Need("dynamodb", "DescribeImport ImportTable", (), ("ImportSourceSpecification",)),
    Need(
        "dynamodb",
        "DisableKinesisStreamingDestination EnableKinesisStreamingDestination "
        "UpdateKinesisStreamingDestination",
        (),
        ("KinesisStreamSpecification",),
    ),
    Need("dynamodb", "DeleteResourcePolicy PutResourcePolicy", (), ("ResourcePolicy",)),
    # Of tables that are copied to other regions, which are of another type.
    Need(
        "dynamodb",
        "AssociateTableReplica BatchWriteItem CreateTableReplica DeleteItem GetItem "
        "PutItem Query Scan UpdateItem",
        (),
        (NO_PROPERTY,),
    ),
    Need("iam", "CreateServiceLinkedRole", (), (NO_PROPERTY,)),
    Need("kinesis", "DescribeStream PutRecords", (), ("KinesisStreamSpecification",)),
    Need(
        "kms",
        "CreateGrant Decrypt DescribeKey Encrypt ListAliases RevokeGrant",
        (),
        ("SSESpecification",),
    ),
    Need(
        "logs",
        "CreateLogGroup CreateLogStream DescribeLogGroups DescribeLogStreams "
        "PutLogEvents PutRetentionPolicy",
        (),
        ("ImportSourceSpecification",),
    ),
    Need(
        "s3",
        "GetObject GetObjectMetadata ListBucket",
        (),
        ("ImportSourceSpecification",),
    ),
)
