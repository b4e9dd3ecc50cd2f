"""Whether one definition is another one with its `${Name}` filled in.

What comes in: a definition with placeholders, and one that ran somewhere. What goes
out: yes or no. Never: asks where the values came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


def fits(template: Any, filled: Any, names: Iterable[str]) -> bool:
    """Whether `filled` is `template` with one value for each `${Name}` of `names`."""
    return _Match(frozenset(names)).value(template, filled)


class _Match:
    """Remembers what each name stands for, so that it stands for that everywhere."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._values: dict[str, str] = {}

    def value(self, template: Any, filled: Any) -> bool:
        if isinstance(template, Mapping):
            return (
                isinstance(filled, Mapping)
                and template.keys() == filled.keys()
                and all(self.value(template[key], filled[key]) for key in template)
            )
        if isinstance(template, (list, tuple)):
            return (
                isinstance(filled, list)
                and len(template) == len(filled)
                and all(map(self.value, template, filled))
            )
        if isinstance(template, str):
            return self._text(template, str(filled))
        return bool(template == filled)

    def _text(self, template: str, filled: str) -> bool:
        if "${" not in template:
            return template == filled
        names: list[str] = []
        match = re.fullmatch(self._pattern(template, names), filled, re.DOTALL)
        if match is None:
            return False
        self._values.update(zip(names, match.groups()))
        return True

    def _pattern(self, template: str, names: list[str]) -> str:
        """A regular expression; `names` gets those whose values it finds out."""
        parts, position = [], 0
        for found in _PLACEHOLDER.finditer(template):
            parts.append(re.escape(template[position : found.start()]))
            position = found.end()
            name = found[1]
            if name in self._values:
                parts.append(re.escape(self._values[name]))
            elif name in names:
                parts.append(f"(?:\\{names.index(name) + 1})")
            elif name in self._names:
                names.append(name)
                parts.append("(.*?)")
            else:
                parts.append(re.escape(found[0]))
        return "".join([*parts, re.escape(template[position:])])
