"""Where the text of a value may come from: what a role is then allowed to read.

What comes in: nothing. What goes out: the form in which a value says it. Never: an
origin is followed (see `places`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """Where the text of a value may come from, for what may then be read.

    `step` and `output` name an output of a step (its key; "" for its raw result),
    `parameter` an input of the execution, `item` the key of the map whose item it is,
    `uri` an s3:// address with `*` for what is known only at run time. With `registry`
    a version of a model names it. Nothing is set when nobody can tell.
    """

    step: str = ""
    output: str = ""
    parameter: str = ""
    item: str = ""
    uri: str = ""
    registry: bool = False
