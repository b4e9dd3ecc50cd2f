"""The table of slots: which executions of a pipeline hold one.

What goes out: what it, its key and its attribute are called. Never: looks into it.
"""

from __future__ import annotations

from mlmax_pipelines.base.names import PREFIX

# What the table's name ends with, and the name in the text of an `Fn::Sub`.
SUFFIX = "-slots"
TABLE = f"{PREFIX}{SUFFIX}"
# An item's key, the state machine's name; and the set of executions in it.
PIPELINE, HOLDERS = "pipeline", "executions"
# The state that takes one, and what it says when all are taken.
TAKE = "Take a slot"
IS_FULL = "DynamoDB.ConditionalCheckFailedException"
# How a spec and an environment bound them.
KEY = "max_concurrent_executions"
