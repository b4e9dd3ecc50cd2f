"""An item of DynamoDB, conditions on it, and updates of it."""

from __future__ import annotations

from typing import Any

ITEM: dict[str, Any] = {
    "pipeline": {"S": "p"},
    "n": {"N": "3"},
    "s": {"S": "training"},
    "letters": {"SS": ["a", "b"]},
    "amounts": {"NS": ["1", "2"]},
    "things": {"L": [{"S": "x"}, {"N": "1"}]},
    "tree": {"M": {"leaf": {"S": "deep"}, "things": {"L": [{"N": "7"}]}}},
    "nothing": {"NULL": True},
    "truth": {"BOOL": True},
}
VALUES: dict[str, Any] = {
    ":one": {"N": "1"},
    ":three": {"N": "3.0"},
    ":five": {"N": "5"},
    ":train": {"S": "train"},
    ":a": {"S": "a"},
    ":x": {"S": "x"},
    ":S": {"S": "S"},
    ":SS": {"S": "SS"},
    ":set": {"SS": ["b", "c"]},
    ":ab": {"SS": ["b", "a"]},
    ":list": {"L": [{"S": "y"}]},
    ":zero": {"L": []},
}
CONDITIONS = [
    ("attribute_exists(n)", True),
    ("attribute_exists(nobody)", False),
    ("attribute_not_exists(nobody)", True),
    ("attribute_not_exists(#m.#n)", True),
    ("attribute_exists(#m.things[0])", True),
    ("attribute_type(s, :S)", True),
    ("attribute_type(#m, :S)", False),
    ("begins_with(s, :train)", True),
    ("begins_with(s, :a)", False),
    ("contains(s, :train)", True),
    ("contains(#x, :a)", True),
    ("contains(#x, :train)", False),
    ("contains(amounts, :one)", True),
    ("contains(#l, :x)", True),
    ("contains(nobody, :x)", False),
    ("size(#x) < :three", True),
    ("size(#x) > :three", False),
    ("size(s) > :five", True),
    ("size(nobody) < :five", False),
    ("#n = :three", True),
    ("#n <> :three", False),
    ("#n >= :three AND #n <= :three", True),
    ("#n < :one OR #n > :five", False),
    ("NOT #n < :one", True),
    ("NOT (#n < :one OR s = :a)", True),
    ("#n = :one OR #n = :three AND s = :a", False),
    ("#n BETWEEN :one AND :five", True),
    ("#n BETWEEN :five AND :five", False),
    ("#n IN (:one, :three)", True),
    ("#n IN (:one, :five)", False),
    ("s = :three", False),
    ("s <> :three", True),
    ("s < :three", False),
    ("nobody <> :three", True),
    ("#x = :ab", True),
    ("#m.#n = :three", False),
]
UPDATES: list[tuple[str, dict[str, Any]]] = [
    ("SET #n = :five", {"n": {"N": "5"}}),
    ("SET #n = #n + :one, s = :a", {"n": {"N": "4"}, "s": {"S": "a"}}),
    ("SET #n = #n - :five", {"n": {"N": "-2"}}),
    ("SET added = #n", {"added": {"N": "3"}}),
    ("SET #n = if_not_exists(#n, :one)", {}),
    ("SET added = if_not_exists(added, :one) + :one", {"added": {"N": "2"}}),
    (
        "SET #l = list_append(#l, :list)",
        {"things": {"L": [{"S": "x"}, {"N": "1"}, {"S": "y"}]}},
    ),
    ("SET #l[0] = :one", {"things": {"L": [{"N": "1"}, {"N": "1"}]}}),
    (
        "SET #m.added = :one",
        {
            "tree": {
                "M": {
                    "leaf": {"S": "deep"},
                    "things": {"L": [{"N": "7"}]},
                    "added": {"N": "1"},
                }
            }
        },
    ),
    ("REMOVE s, #l[1]", {"s": None, "things": {"L": [{"S": "x"}]}}),
    ("REMOVE nobody", {}),
    ("ADD #n :one", {"n": {"N": "4"}}),
    ("ADD added :one", {"added": {"N": "1"}}),
    ("ADD #x :set", {"letters": {"SS": ["a", "b", "c"]}}),
    ("ADD added :set", {"added": {"SS": ["b", "c"]}}),
    ("DELETE #x :set", {"letters": {"SS": ["a"]}}),
    ("DELETE #x :ab", {"letters": None}),
    ("DELETE nobody :ab", {}),
    (
        "SET s = :a REMOVE #l ADD #n :one",
        {"s": {"S": "a"}, "things": None, "n": {"N": "4"}},
    ),
]
NAMES = {"#n": "n", "#m": "tree", "#x": "letters", "#l": "things"}
