"""The backends that an environment may have: those of this package, and installed ones.

What goes out: names, each with the function that makes it. Never: one imported.
"""

from __future__ import annotations

from collections.abc import Mapping

LOCAL = "local"
# Name -> the function that makes it (`backends.make` calls it).
BACKENDS: Mapping[str, str] = {
    LOCAL: "mlmax_pipelines.backends.local:make",
    "stepfunctions": "mlmax_pipelines.backends.stepfunctions:make",
}
# The group in which an installed package names another one.
ENTRY_POINTS = "mlmax_pipelines.backends"


def installed_backends() -> Mapping[str, str]:
    """The backends of other packages, as BACKENDS has those of this one."""
    from importlib.metadata import entry_points

    return {entry.name: entry.value for entry in entry_points(group=ENTRY_POINTS)}
