"""JSON-like data and CloudFormation tags -> YAML that people read.

What comes in: dicts, lists, scalars and `Tag` objects. What goes out: block-style
YAML whose bytes depend on nothing but the data: keys in the order given, plain
scalars wherever YAML 1.1 reads them back as they are, quotes elsewhere, texts of
several lines as `|`, no line ever wrapped. Never: anchors, comments, dates.

PyYAML's dumpers, the C one included, walk every node through Python representers
and a resolver; writing lines directly takes a fifth of their time.
"""

from __future__ import annotations

import re
from typing import Any, Mapping

from mlmax_pipelines.cloudformation.tags import Tag

# What may stand without quotes, if it also passes the tests in `_is_plain`. Digits,
# signs and dots are left out because numbers, dates and `...` begin with them.
_PLAIN = re.compile(r"(?:[A-Za-z_$/(]|\./)[ -~]*")
_WORDS = frozenset("y n yes no on off true false null".split())
_LONGEST_WORD = 5
# What YAML cannot hold as it is, and the line breaks that only YAML 1.1 knows.
_UNPRINTABLE = re.compile(
    "[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
_ESCAPES = {"\n": "\\n", "\t": "\\t"}
_FLOW_INDICATORS = frozenset(",[]{}")
_FLOW_WIDTH = 72


def emit(data: Mapping[str, Any]) -> str:
    """The YAML text of a template; `yaml.safe_load` of it gives `data` back."""
    writer = _Writer()
    writer.value("", data, "")
    return "".join(writer.lines).lstrip("\n")


class _Scalars(dict[str, str]):
    """One-line spellings of texts, each worked out once: keys and values repeat."""

    def __missing__(self, text: str) -> str:
        spelled = self[text] = _spell(text)
        return spelled


def _spell(text: str) -> str:
    if _is_plain(text):
        return text
    if _UNPRINTABLE.search(text):
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{_UNPRINTABLE.sub(_escape, quoted)}"'
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def _is_plain(text: str) -> bool:
    return (
        _PLAIN.fullmatch(text) is not None
        and text[-1] not in ": "
        and ": " not in text
        and " #" not in text
        and (len(text) > _LONGEST_WORD or text.lower() not in _WORDS)
    )


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04x}"


def _number(value: Any) -> str:
    assert value is not None, "CloudFormation refuses null in a template"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    return str(value)


def _float(value: float) -> str:
    if value != value:
        return ".nan"
    if value in (float("inf"), float("-inf")):
        return ".inf" if value > 0 else "-.inf"
    text = repr(value)
    # YAML 1.1 takes 1e+20 for text: its numbers with an exponent need a point.
    return text if "." in text or "e" not in text else text.replace("e", ".0e")


def _is_literal(text: str) -> bool:
    """Whether a text of several lines can be written under a `|`."""
    return text[0] not in " \n" and not any(map(_UNPRINTABLE.search, text.split("\n")))


class _Writer:
    """Collects the lines of one document."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.scalars = _Scalars()

    def value(self, head: str, value: Any, pad: str) -> None:
        """Write `value` after `head` (`  Key:` or `  -`); children are under `pad`."""
        kind = type(value)
        if kind is str:
            self.text(head, value, pad)
        elif kind is dict or isinstance(value, Mapping):
            self.collection(head, value, pad, "{}")
        elif kind is list or kind is tuple:
            self.collection(head, value, pad, "[]")
        elif kind is Tag:
            self.tag(head, value, pad)
        else:
            self.lines.append(f"{head} {_number(value)}\n")

    def text(self, head: str, text: str, pad: str) -> None:
        if "\n" not in text or not _is_literal(text):
            self.lines.append(f"{head} {self.scalars[text]}\n")
            return
        body = text.rstrip("\n")
        breaks = len(text) - len(body)
        chomping = "-" if breaks == 0 else "" if breaks == 1 else "+"
        self.lines.append(f"{head} |{chomping}\n")
        for line in body.split("\n"):
            self.lines.append(f"{pad}{line}\n" if line else "\n")
        self.lines.append("\n" * (breaks - 1))

    def collection(self, head: str, value: Any, pad: str, empty: str) -> None:
        if not value:
            self.lines.append(f"{head} {empty}\n")
            return
        if head.endswith("-"):
            self.compact(head, value, pad)
            return
        self.lines.append(f"{head}\n")
        self.children(value, pad)

    def compact(self, head: str, value: Any, pad: str) -> None:
        """A collection inside a list: its first line stands beside the dash."""
        start = len(self.lines)
        self.children(value, pad)
        self.lines[start] = f"{head} {self.lines[start][len(pad) :]}"

    def children(self, value: Any, pad: str) -> None:
        deeper = pad + "  "
        if isinstance(value, Mapping):
            lines, scalars = self.lines, self.scalars
            for key, item in value.items():
                if type(item) is str and "\n" not in item:
                    lines.append(f"{pad}{scalars[key]}: {scalars[item]}\n")
                else:
                    self.value(f"{pad}{scalars[key]}:", item, deeper)
        else:
            for item in value:
                self.value(f"{pad}-", item, deeper)

    def tag(self, head: str, tag: Tag, pad: str) -> None:
        flow = self.flow(tag)
        if flow and (tag.is_line or len(flow) <= _FLOW_WIDTH):
            self.lines.append(f"{head} {flow}\n")
        elif isinstance(tag.value, str):
            self.text(f"{head} !{tag.name}", tag.value, pad)
        else:
            self.lines.append(f"{head} !{tag.name}\n")
            self.children(tag.value, pad)

    def flow(self, value: Any) -> str:
        """The one-line form of a tag or of a tag's item; "" when it has none."""
        if isinstance(value, Tag):
            if isinstance(value.value, str):
                inner = self.flow(value.value)
                return inner and f"!{value.name} {inner}"
            items = [self.flow(item) for item in value.value]
            return f"!{value.name} [{', '.join(items)}]" if all(items) else ""
        if type(value) is not str:
            return ""
        spelled = self.scalars[value]
        quoted = spelled[0] in "\"'"
        return spelled if quoted or not _FLOW_INDICATORS.intersection(value) else ""
