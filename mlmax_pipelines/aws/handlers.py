"""What CloudFormation's handlers take of IAM, for each type that templates have.

What comes in: nothing. What goes out: the needs of the types that our own templates
make; those of what steps bring along stand with their kinds. Never: an action left out
that a handler names: what no template of ours needs is listed with the property that
would need it.

Source: the resource type schemas of the CloudFormation registry, `handlers` and
`tagging`. "Actions, resources, and condition keys for AWS services" in the Service
Authorization Reference says on which resource an action can be allowed.
"""

from __future__ import annotations

from collections.abc import Mapping

from mlmax_pipelines.aws.tables import TABLE
from mlmax_pipelines.declared import LISTING, NO_ACTION, NO_PROPERTY, Need

_ROLES = ("role/{made}",)
_BUCKETS = ("{made}",)
_NAMED = ("{stack}-*",)
_LOG_GROUPS = ("log-group:{logs}{stack}-*",)
# Where to find one is asked of all groups of a region: "CloudWatch Logs permissions
# reference" in the CloudWatch Logs User Guide.
_ALL_LOG_GROUPS = ("log-group:*",)
_EVERYWHERE = ("*",)

_STACK = (
    Need(
        "cloudformation",
        "CreateStack DeleteStack DescribeStacks GetStackPolicy GetTemplate UpdateStack",
        ("stack/{stack}/*", "stack/{stack}-*/*"),
    ),
    Need("cloudformation", "ListStacks", (), (LISTING,)),
    Need(
        "cloudformation",
        "SetStackPolicy UpdateTerminationProtection",
        (),
        (NO_PROPERTY,),
    ),
    Need("iam", "PassRole", (), (NO_PROPERTY,)),
)
_ALARM = (
    Need(
        "cloudwatch",
        "DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm TagResource "
        "UntagResource",
        ("alarm:{stack}-*",),
    ),
)
_DASHBOARD = (
    Need(
        "cloudwatch",
        "DeleteDashboards GetDashboard ListTagsForResource PutDashboard TagResource "
        "UntagResource",
        ("dashboard/{stack}-{region}",),
    ),
    Need("cloudwatch", "ListDashboards", (), (LISTING,)),
)
_ROLE = (
    Need(
        "iam",
        # Detached is what somebody attached by hand.
        "CreateRole DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy "
        "DetachRolePolicy GetRole GetRolePolicy ListAttachedRolePolicies "
        "ListRolePolicies ListRoleTags "
        "PutRolePermissionsBoundary PutRolePolicy TagRole UntagRole "
        "UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription",
        _ROLES,
    ),
    Need("iam", "AttachRolePolicy", (), ("ManagedPolicyArns",)),
    Need("iam", "ListRoles", (), (LISTING,)),
)
_LOG_GROUP = (
    Need(
        "logs",
        "CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DisassociateKmsKey "
        "GetDataProtectionPolicy ListTagsForResource PutRetentionPolicy TagResource "
        "UntagResource",
        _LOG_GROUPS,
    ),
    Need("logs", "AssociateKmsKey", _LOG_GROUPS, ("KmsKeyId",)),
    Need("logs", "DescribeLogGroups", _ALL_LOG_GROUPS),
    Need("logs", "DescribeIndexPolicies DescribeResourcePolicies", _EVERYWHERE),
    Need(
        "logs",
        "PutBearerTokenAuthentication",
        (),
        ("BearerTokenAuthenticationEnabled",),
    ),
    Need(
        "logs",
        "CreateLogDelivery DeleteDataProtectionPolicy PutDataProtectionPolicy",
        (),
        ("DataProtectionPolicy",),
    ),
    Need("firehose", "TagDeliveryStream", (), ("DataProtectionPolicy",)),
    Need("s3", "REST.PUT.OBJECT", (), (NO_ACTION,)),
    Need("logs", "DeleteIndexPolicy PutIndexPolicy", (), ("FieldIndexPolicies",)),
    Need("logs", "PutLogGroupDeletionProtection", (), ("DeletionProtectionEnabled",)),
    Need(
        "logs",
        "DeleteResourcePolicy PutResourcePolicy",
        (),
        ("ResourcePolicyDocument",),
    ),
)
_BUCKET = (
    Need(
        "s3",
        "CreateBucket DeleteBucket ListBucket PutBucketOwnershipControls "
        "PutBucketPublicAccessBlock PutBucketTagging PutBucketVersioning "
        "PutEncryptionConfiguration PutLifecycleConfiguration TagResource "
        "UntagResource",
        _BUCKETS,
    ),
    # What a bucket is, whatever of it was set.
    Need(
        "s3",
        "GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAbac "
        "GetBucketAcl GetBucketCORS GetBucketLogging "
        "GetBucketMetadataTableConfiguration GetBucketNotification "
        "GetBucketObjectLockConfiguration GetBucketOwnershipControls "
        "GetBucketPublicAccessBlock GetBucketTagging GetBucketVersioning "
        "GetBucketWebsite GetEncryptionConfiguration "
        "GetIntelligentTieringConfiguration GetInventoryConfiguration "
        "GetLifecycleConfiguration GetMetricsConfiguration "
        "GetReplicationConfiguration ListTagsForResource",
        _BUCKETS,
    ),
    # Taking it back is the same action.
    Need("s3", "PutBucketLogging", _BUCKETS),
    Need("s3", "ListAllMyBuckets", (), (LISTING,)),
    Need("s3", "DeleteObject PutBucketAcl PutObjectAcl", (), ("AccessControl",)),
    Need("s3", "PutAccelerateConfiguration", (), ("AccelerateConfiguration",)),
    Need("s3", "PutAnalyticsConfiguration", (), ("AnalyticsConfigurations",)),
    Need("s3", "PutBucketAbac", (), ("AbacStatus",)),
    Need("s3", "PutBucketCORS", (), ("CorsConfiguration",)),
    Need("s3", "PutBucketNotification", (), ("NotificationConfiguration",)),
    Need("s3", "PutBucketObjectLockConfiguration", (), ("ObjectLockEnabled",)),
    Need("s3", "DeleteBucketWebsite PutBucketWebsite", (), ("WebsiteConfiguration",)),
    Need(
        "s3",
        "PutIntelligentTieringConfiguration",
        (),
        ("IntelligentTieringConfigurations",),
    ),
    Need("s3", "PutInventoryConfiguration", (), ("InventoryConfigurations",)),
    Need("s3", "PutMetricsConfiguration", (), ("MetricsConfigurations",)),
    Need("s3", "PutReplicationConfiguration", (), ("ReplicationConfiguration",)),
    Need("iam", "PassRole", (), ("ReplicationConfiguration",)),
    Need(
        "s3",
        "CreateBucketMetadataTableConfiguration DeleteBucketMetadataTableConfiguration "
        "UpdateBucketMetadataInventoryTableConfiguration "
        "UpdateBucketMetadataJournalTableConfiguration",
        (),
        ("MetadataConfiguration", "MetadataTableConfiguration"),
    ),
    Need(
        "s3tables",
        "CreateNamespace CreateTable CreateTableBucket GetTable "
        "GetTableMetadataLocation PutTableBucketPolicy PutTableEncryption "
        "PutTablePolicy UpdateTableMetadataLocation",
        (),
        ("MetadataConfiguration", "MetadataTableConfiguration"),
    ),
    Need(
        "s3",
        "DeleteBucketAnalyticsConfiguration DeleteBucketCors DeleteBucketEncryption "
        "DeleteBucketLifecycle DeleteBucketMetricsConfiguration "
        "DeleteBucketReplication DeleteBucketTagging PutBucketReplication "
        "PutObjectLockConfiguration UpdateBucketMetadataAnnotationTableConfiguration",
        (),
        (NO_ACTION,),
    ),
)
_BUCKET_POLICY = (
    Need("s3", "DeleteBucketPolicy GetBucketPolicy PutBucketPolicy", _BUCKETS),
    Need("s3", "ListAllMyBuckets", (), (LISTING,)),
)
_SUBSCRIPTION = (
    Need("sns", "Subscribe", _NAMED),
    # A subscription is no resource for IAM.
    Need(
        "sns",
        "GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe",
        _EVERYWHERE,
    ),
    Need("sns", "ListSubscriptions", (), (LISTING,)),
    Need("iam", "GetRole PassRole", (), ("SubscriptionRoleArn",)),
)
_TOPIC = (
    Need(
        "sns",
        "CreateTopic DeleteTopic GetDataProtectionPolicy GetTopicAttributes "
        "ListSubscriptionsByTopic ListTagsForResource SetTopicAttributes TagResource "
        "UntagResource",
        _NAMED,
    ),
    Need("sns", "ListTopics", (), (LISTING,)),
    Need("sns", "PutDataProtectionPolicy", (), ("DataProtectionPolicy",)),
    Need("sns", "Subscribe Unsubscribe", (), ("Subscription",)),
    Need("iam", "GetRole PassRole", (), ("DeliveryStatusLogging",)),
)
_SCHEDULE = (
    Need(
        "scheduler",
        "CreateSchedule DeleteSchedule GetSchedule UpdateSchedule",
        ("schedule/default/{made}",),
    ),
    Need("scheduler", "ListSchedules", (), (LISTING,)),
)
_RULE = (
    Need(
        "events",
        "DeleteRule DescribeRule ListTagsForResource ListTargetsByRule PutRule "
        "PutTargets RemoveTargets TagResource UntagResource",
        ("rule/{stack}-*",),
    ),
    Need("events", "ListRules", (), (LISTING,)),
)
_QUEUE = (
    Need(
        "sqs",
        "CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags "
        "SetQueueAttributes TagQueue UntagQueue",
        _NAMED,
    ),
    Need("sqs", "ListQueues", (), (LISTING,)),
)
_MACHINE = (
    Need(
        "states",
        "CreateStateMachine DeleteStateMachine DescribeStateMachine "
        "ListTagsForResource TagResource UntagResource UpdateStateMachine",
        ("stateMachine:{stack}-*", "stateMachine:{stack}_recorder"),
    ),
    Need("states", "ListStateMachines", (), (LISTING,)),
    Need("s3", "GetObjectVersion", (), ("DefinitionS3Location.Version",)),
    Need(
        "kms", "Decrypt DescribeKey GenerateDataKey", (), ("EncryptionConfiguration",)
    ),
)
_BUDGET = (
    Need(
        "budgets",
        "ListTagsForResource ModifyBudget TagResource UntagResource ViewBudget",
        ("budget/{stack}",),
    ),
    Need("billing", "GetBillingViewData", (), (NO_PROPERTY,)),
)
HANDLERS: Mapping[str, tuple[Need, ...]] = {
    "AWS::Budgets::Budget": _BUDGET,
    "AWS::CloudFormation::Stack": _STACK,
    "AWS::CloudWatch::Alarm": _ALARM,
    "AWS::CloudWatch::Dashboard": _DASHBOARD,
    "AWS::DynamoDB::Table": TABLE,
    "AWS::Events::Rule": _RULE,
    "AWS::IAM::Role": _ROLE,
    "AWS::Logs::LogGroup": _LOG_GROUP,
    "AWS::S3::Bucket": _BUCKET,
    "AWS::S3::BucketPolicy": _BUCKET_POLICY,
    "AWS::SNS::Subscription": _SUBSCRIPTION,
    "AWS::SNS::Topic": _TOPIC,
    "AWS::SNS::TopicPolicy": (Need("sns", "SetTopicAttributes", _NAMED),),
    "AWS::SQS::Queue": _QUEUE,
    "AWS::SQS::QueuePolicy": (Need("sqs", "SetQueueAttributes", _NAMED),),
    "AWS::Scheduler::Schedule": _SCHEDULE,
    "AWS::StepFunctions::StateMachine": _MACHINE,
}
