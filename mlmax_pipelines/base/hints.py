"""The valid name that somebody probably meant.

What comes in: a name that is not known, and those that are. What goes out: a hint.
Never: a name changed silently.
"""

from __future__ import annotations

from collections.abc import Iterable

# More names than these help nobody.
_SHOWN = 12
# Names that end in so few characters are many.
_SHORT = 3


def nearest(name: str, names: Iterable[str]) -> str:
    """The valid name most like this one, or ""; capitals and `-_ ` are nothing."""
    from difflib import get_close_matches

    plain = {_plain(candidate): candidate for candidate in names}
    whole = [known for known in plain if known.endswith(_plain(name))]
    if len(whole) == 1 and len(name) > _SHORT:
        return plain[whole[0]]
    close = get_close_matches(_plain(name), plain, n=1)
    return plain[close[0]] if close else ""


def question(name: str, names: Iterable[str]) -> str:
    """Whether the nearest valid name was meant; "" when none is near."""
    close = nearest(name, names)
    return f"did you mean '{close}'?" if close else ""


def did_you_mean(name: str, names: Iterable[str], what: str = "allowed") -> str:
    """A hint: the nearest valid name, else the valid names (the first 12 of them)."""
    known = sorted(names)
    if not known or (asked := question(name, known)):
        return asked if known else ""
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return f"{what}: {', '.join(known[:_SHOWN])}{more}"


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()
