"""Merge keys: `<<: *name`, or a list of such, brings the keys of other mappings.

What comes in: a mapping with such a key, and the spots of its values. What goes out:
the mapping with what is brought in the place of that key. Its own keys go before those,
earlier mappings of a list before later ones. Never: a mapping changed that was written
elsewhere.

Source: "Merge Key Language-Independent Type for YAML Version 1.1".
"""

from __future__ import annotations

from typing import Any

KEY = "<<"


def is_merged(data: Any, spots: Any) -> bool:
    """Whether a container is a mapping with a merge key; a quoted one is none."""
    return isinstance(data, dict) and KEY in data and bool(spots[KEY][0].implicit[0])


def merged(data: dict[str, Any], spots: dict[str, Any]) -> tuple[Any, Any]:
    """The mapping with what it merges, and its spots."""
    brought: dict[str, Any] = {}
    places: dict[str, Any] = {}
    for source, (_, children) in _sources(data[KEY], spots[KEY][1]):
        for key in source:
            if key not in data and key not in brought:
                brought[key], places[key] = source[key], children[key]
    values: dict[str, Any] = {}
    found: dict[str, Any] = {}
    for key in data:
        if key == KEY:
            values |= brought
            found |= places
        else:
            values[key], found[key] = data[key], spots[key]
    return values, found


def wrong(data: dict[str, Any], spots: dict[str, Any]) -> Any:
    """The spot of what cannot be merged; None when all can."""
    value, spot = data[KEY], spots[KEY][1]
    if isinstance(value, list):
        pairs = zip(value, spot[1])
        return next((at for one, at in pairs if not isinstance(one, dict)), None)
    return None if isinstance(value, dict) else spot


def _sources(value: Any, spot: Any) -> list[tuple[Any, Any]]:
    return list(zip(value, spot[1])) if isinstance(value, list) else [(value, spot)]
