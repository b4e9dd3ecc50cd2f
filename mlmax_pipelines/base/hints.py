"""What somebody probably meant: a valid name, a reference, a boolean, another key.

What comes in: a name that is not known, and those that are; a text that other tools
take for something. What goes out: a hint. Never: a name changed silently.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

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


_ROOTS = ("parameters", "steps", "pipeline", "env", "item", "map")
_BRACES = re.compile(r"\{\{-?\s*([A-Za-z_][\w.\[\]'-]*?)\s*-?\}\}")
_DOLLAR = re.compile(rf"\$\(?((?:{'|'.join(_ROOTS)})\b[\w.\[\]'-]*)\)?")
# A variable by its usual name, or with what a shell may do to one.
_SHELL = re.compile(r"[A-Z_][A-Z0-9_]*|[#!]?\w+(?:[:#%/^,@]|\[[^\]]*\]).*|[0-9@*#?$!-]")
# What YAML 1.1 took for a boolean, and people still do.
_BOOLEANS = {
    **dict.fromkeys(("yes", "y", "on", "true", "1"), "true"),
    **dict.fromkeys(("no", "n", "off", "false", "0"), "false"),
}
# Keys of other tools: what does that here.
_ELSEWHERE = {
    **dict.fromkeys(
        ("depends_on", "dependsOn", "depends", "dependencies", "needs", "requires"),
        "a step runs after the one above it; 'next: NAME' leads elsewhere",
    ),
    **dict.fromkeys(
        ("if", "when", "condition", "conditions"),
        "a step of type choice decides which step is next",
    ),
    **dict.fromkeys(
        ("foreach", "for_each", "loop", "with_items", "matrix"),
        "a step of type map runs its steps for every item",
    ),
    **dict.fromkeys(
        ("image", "script", "command", "run", "entry_point"),
        "that belongs into a module, modules/NAME.yaml, under 'implementation'",
    ),
    **dict.fromkeys(
        ("retries", "max_retries", "on_error", "on_failure"),
        "see 'retry' (when to try again) and 'catch' (which step handles errors)",
    ),
}


def meant_reference(text: str, parameters: Collection[str] | None = None) -> str:
    """The reference that a text of another tool's form would be here; "" for none.

    `{{ x }}` may as well be a text: it is one unless `x` is one of the `parameters`.
    """
    if found := _DOLLAR.fullmatch(text):
        return f"${{{found[1]}}}"
    found = _BRACES.fullmatch(text)
    if found is None:
        return ""
    name = found[1]
    if name.partition(".")[0] in _ROOTS and "." in name:
        return f"${{{name}}}"
    if parameters is not None and name not in parameters:
        return ""
    return f"${{parameters.{name}}}"


def shell_variable(text: str) -> str:
    """A hint for what a shell would fill in, `HOME` or `X:-y`; "" for anything else."""
    return f"a shell's own is written $${{{text}}}" if _SHELL.fullmatch(text) else ""


def meant_boolean(value: object) -> str:
    """A hint for what is none but was meant as one; "" for anything else."""
    word = _BOOLEANS.get(value.lower(), "") if isinstance(value, str) else ""
    return f"write {word}, without quotes" if word else ""


def elsewhere(key: str) -> str:
    """What does here what a key does in other tools; "" for a key of none."""
    return _ELSEWHERE.get(key, "")


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()
