"""The colours of a picture: dark text on light, told apart without red and green too.

What goes out: constants; fills come with the stroke around them. Never: the only
sign of something, which always has a word, a shape or a dash beside its colour.
"""

from __future__ import annotations

INK, FAINT, LINE = "#1b2430", "#5a6675", "#6b7786"
CATCH_INK = "#b3541e"
PLAIN = ("#f3f7fc", "#5b7fa8")
CLUSTER = ("#fafbfd", "#a9b8c9")
TYPES = {
    "Choice": ("#fff8e1", "#b08a1e"),
    "Fail": ("#fdecea", "#c0392b"),
    "Succeed": ("#e9f6ec", "#2e8b57"),
    "Wait": ("#f4f1fa", "#7d6aa8"),
    "Pass": ("#f6f7f8", "#8a949f"),
}
STATUSES = {
    "SUCCEEDED": ("#dff3e4", "#2e8b57", "succeeded"),
    "CAUGHT": ("#fdeed9", "#c27c0e", "failed, caught"),
    "FAILED": ("#fbdcd8", "#c0392b", "failed"),
    "TIMED_OUT": ("#fbdcd8", "#c0392b", "timed out"),
    "ABORTED": ("#e6e3ea", "#6f6480", "aborted"),
    "RETRYING": ("#fdeed9", "#c27c0e", "retrying"),
    "RUNNING": ("#dcebfb", "#2f6fb5", "running"),
    "": ("#fafafa", "#b5bcc4", "not reached"),
}
