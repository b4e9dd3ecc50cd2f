"""The table of slots: which executions of a pipeline hold one.

What goes out: what it, its key and its attribute are called. Never: looks into it.
"""

from __future__ import annotations

from mlmax_pipelines.base.names import PREFIX

# What the table's name ends with, and the name in the text of an `Fn::Sub`.
SUFFIX = "-slots"
TABLE = f"{PREFIX}{SUFFIX}"
# An item's key, the state machine's name, or that and a day; the set of executions in
# it; and when it may go.
PIPELINE, HOLDERS, EXPIRES = "pipeline", "executions", "expires"
# An item is free for one more of them: `:own`, of `:most`.
FREE = (
    f"attribute_not_exists({HOLDERS}) OR contains({HOLDERS}, :own) "
    f"OR size({HOLDERS}) < :most"
)
# The state that counts starts for an environment; of no compiled pipeline.
COUNT = "Count a start"
# The state that takes one, and what it says when all are taken.
TAKE = "Take a slot"
IS_FULL = "DynamoDB.ConditionalCheckFailedException"
# How a spec and an environment bound them.
KEY = "max_concurrent_executions"
