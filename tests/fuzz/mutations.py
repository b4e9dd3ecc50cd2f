"""Right data, made wrong in the ways that people and programs make it wrong.

A mutation is what to do and where: keys left out, misspelt or twice, values of another
type or from elsewhere, references that lead nowhere. `text` does the same to letters.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

# The numbers that choose among what a document happens to have.
_CHOICE = st.integers(0, 1 << 16)

_WORDS = (
    *("parameters.", "steps.", "pipeline.", "env.", "item", "map.index"),
    *("words", "input_data", "Copy", "Fit", "Train", "outputs", "output", "rows"),
    *(".", "[0]", "['a b']", "name", "base_location", "machines", "files", "model"),
)
REFERENCES = st.lists(st.sampled_from(_WORDS), max_size=5).map(
    lambda words: "${" + "".join(words) + "}"
)
STRANGE = st.one_of(
    st.sampled_from(
        [
            *(None, True, False, 0, 1, -1, 1.5, 1e300, 10**30, "", " ", "0", "no"),
            *([], {}, [[]], [None], [{}], {"": None}, {"a": {"b": None}}, [1, "a"]),
            *("$", "$.", "$.steps", "$$", "${", "$${x}", "${}", "${a${b}}", "}"),
            *(
                "../x",
                "/etc/passwd",
                "src",
                "src/",
                "/",
                ".",
                "a\nb",
                "a\tb",
                "a\0b",
                "é" * 130,
            ),
            *(
                "x" * 300,
                "x" * 5000,
                "s3://",
                "s3://b",
                "s3://b/k",
                "\x7f",
                "名前",
                "🙂",
            ),
            *("States.ALL", "rate(1 day)", "arn:aws:iam::1:role/r", "1.10", "-", "--a"),
            *("{{ x }}", "<b>", "%s", "{0}", "\\", "'", '"', "`", "*", "&a", "!x"),
        ]
    ),
    REFERENCES,
    REFERENCES.map(lambda reference: f"a {reference} b"),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8),
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False, allow_infinity=False),
)


def mutated(*originals: Any) -> st.SearchStrategy[Any]:
    """One of these with one to four mutations; parts of all of them are put in."""
    step = st.tuples(st.sampled_from(_HOW), _CHOICE, _CHOICE, STRANGE)
    steps = st.lists(step, min_size=1, max_size=4)
    return st.builds(
        lambda index, how: _all(originals, originals[index], how),
        st.integers(0, len(originals) - 1),
        steps,
    )


def _all(everything: Any, original: Any, how: Any) -> Any:
    data = copy.deepcopy(original)
    for mutate, where, other, value in how:
        data = _mutate(data, mutate, where, other, copy.deepcopy(value), everything)
    return data


def _mutate(
    data: Any, how: str, where: int, other: int, value: Any, everything: Any
) -> Any:
    places = list(_places(data))
    if not places:
        return data
    holder, key = places[where % len(places)]
    if how == "remove":
        del holder[key]
    elif how == "replace":
        holder[key] = value
    elif how == "borrow":
        from_there = list(_places(everything))
        there, name = from_there[other % len(from_there)]
        holder[key] = copy.deepcopy(there[name])
    elif how == "swap":
        there, name = places[other % len(places)]
        mine, theirs = copy.deepcopy(holder[key]), copy.deepcopy(there[name])
        holder[key], there[name] = theirs, mine
    elif how == "wrap":
        holder[key] = [holder[key]] if other % 2 else {"a": holder[key]}
    elif isinstance(holder, dict):
        _rename(holder, key, how, other, value)
    else:
        holder.insert(other % (len(holder) + 1), copy.deepcopy(holder[key]))
    return data


def _rename(holder: dict[str, Any], key: str, how: str, other: int, value: Any) -> None:
    """Another key, in the same place: misspelt, or a strange one, or a second one."""
    name = misspelt(key, other) if how == "misspell" else str(value)[:400]
    items = list(holder.items())
    holder.clear()
    for old, found in items:
        if old == key and how != "add":
            holder[name] = found
            continue
        holder[old] = found
        if old == key:
            holder[name] = copy.deepcopy(found)


def misspelt(word: str, how: int) -> str:
    """A word with a letter too few, too many, in a wrong place or of another case."""
    at = how % (len(word) or 1)
    return (
        word[:at] + word[at + 1 :],
        word[:at] + word[at : at + 1] * 2 + word[at + 1 :],
        word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
        word.swapcase(),
        word[:at] + "_" + word[at:],
    )[how % 5]


_HOW = ("remove", "replace", "borrow", "swap", "wrap", "misspell", "rename", "add")


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a document: what holds it, and under which key."""
    if isinstance(data, Mapping):
        keys: Any = list(data)
    elif isinstance(data, (list, tuple)):
        keys = range(len(data))
    else:
        return
    for key in keys:
        if not isinstance(data, tuple):
            yield data, key
        yield from _places(data[key])


def text(*originals: str) -> st.SearchStrategy[str]:
    """One of these texts with letters, lines or pieces lost, doubled or put in."""
    piece = st.sampled_from(
        [
            "\n",
            " ",
            "\t",
            ":",
            "- ",
            "? ",
            "#",
            "'",
            '"',
            "{",
            "}",
            "[",
            "]",
            "|",
            "&a ",
        ]
        + [
            "*a",
            "!!str ",
            "---\n",
            "<<: ",
            "\ufeff",
            "\x00",
            "\x85",
            "${",
            "%",
            "@",
            ",",
        ]
    )
    step = st.tuples(_CHOICE, st.integers(0, 30), piece, _CHOICE)
    steps = st.lists(step, min_size=1, max_size=5)
    return st.builds(_edited, st.sampled_from(originals), steps)


def _edited(text: str, steps: Any) -> str:
    for where, length, piece, how in steps:
        at = where % (len(text) + 1)
        cut = text[at : at + length]
        put = (piece, "", cut * 2, cut[::-1], "\n" + cut)[how % 5]
        text = text[:at] + put + text[at + (0 if how % 5 == 0 else length) :]
    return text
