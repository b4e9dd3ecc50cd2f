"""DynamoDB's expressions: conditions on an item, and what an update makes of it.

What comes in: the text of an expression, the names and values it stands for, an item in
DynamoDB's typed form. What goes out: whether it holds, or another item. Never: an item
changed in place.

Source: Amazon DynamoDB Developer Guide, "Condition and filter expressions, operators,
and functions", "Using update expressions in DynamoDB".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.local.services import item_values
from mlmax_pipelines.local.services.item_values import Item, invalid

_TOKEN = re.compile(r"\s*([#:]?[A-Za-z_0-9]+|<=|>=|<>|[=<>(),.+\[\]-])")
_CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")


class Expression:
    """One expression of a request (`arguments`), read from its first token on."""

    def __init__(self, kind: str, arguments: Mapping[str, Any], item: Item) -> None:
        self._kind, self._item = kind, item
        self._names = arguments.get("ExpressionAttributeNames", {})
        self._values = arguments.get("ExpressionAttributeValues", {})
        text = str(arguments[kind])
        self._tokens: list[str] = []
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None:
                raise self._wrong(text[at:].strip())
            self._tokens.append(found[1])
            at = found.end()

    # Conditions

    def holds(self) -> bool:
        found = self._any()
        self._done()
        return found

    def _any(self) -> bool:
        found = self._all()
        while self._takes("OR"):
            found = self._all() or found
        return found

    def _all(self) -> bool:
        found = self._not()
        while self._takes("AND"):
            found = self._not() and found
        return found

    def _not(self) -> bool:
        if self._takes("NOT"):
            return not self._not()
        if self._takes("("):
            found = self._any()
            self._expect(")")
            return found
        name = self._next_word()
        if name in item_values.FUNCTIONS:
            return item_values.FUNCTIONS[name](*self._arguments())
        return self._compared(self._operand())

    def _compared(self, left: Any) -> bool:
        if self._takes("BETWEEN"):
            low = self._operand()
            self._expect("AND")
            high = self._operand()
            return item_values.order(">=", left, low) and item_values.order(
                "<=", left, high
            )
        if self._takes("IN"):
            among = self._listed()
            return any(item_values.order("=", left, one) for one in among)
        operator = self._token()
        if operator not in item_values.ORDERS:
            raise self._wrong(operator)
        return item_values.order(operator, left, self._operand())

    def _arguments(self) -> list[Any]:
        """Those of the function whose name is next."""
        self._token()
        return self._listed()

    def _listed(self) -> list[Any]:
        self._expect("(")
        found = [self._operand()]
        while self._takes(","):
            found.append(self._operand())
        self._expect(")")
        return found

    def _operand(self) -> Any:
        """A typed value; None for an attribute that is not there."""
        word = self._next_word()
        if word == "size":
            return item_values.size(*self._arguments())
        if word.startswith(":"):
            self._token()
            if word not in self._values:
                raise self._undefined("value used in expression", "value", word)
            return self._values[word]
        return item_values.found(self._item, self._place())

    def _place(self) -> list[Any]:
        path: list[Any] = [self._name()]
        while True:
            if self._takes("."):
                path.append(self._name())
            elif self._takes("["):
                path.append(int(self._token()))
                self._expect("]")
            else:
                return path

    def _name(self) -> str:
        token = self._token()
        if not token.startswith("#"):
            return token
        if token not in self._names:
            raise self._undefined("name used in the document path", "name", token)
        return str(self._names[token])

    # Updates

    def updated(self) -> dict[str, Any]:
        """The item as it is after it; whatever it reads is what was there before."""
        made = deepcopy(dict(self._item))
        while self._tokens:
            clause = self._token().upper()
            if clause not in _CLAUSES:
                raise self._wrong(clause)
            self._change(clause, made)
            while self._takes(","):
                self._change(clause, made)
        return made

    def _change(self, clause: str, made: dict[str, Any]) -> None:
        place = self._place()
        if clause == "REMOVE":
            item_values.put(made, place, None)
        elif clause == "SET":
            self._expect("=")
            item_values.put(made, place, self._assigned())
        else:
            change = item_values.added if clause == "ADD" else item_values.without
            item_values.put(
                made,
                place,
                change(item_values.found(self._item, place), self._operand()),
            )

    def _assigned(self) -> Any:
        left = self._part()
        for sign in ("+", "-"):
            if self._takes(sign):
                right = self._part()
                total = item_values.number(left) + (
                    1 if sign == "+" else -1
                ) * item_values.number(right)
                return {"N": str(total)}
        return left

    def _part(self) -> Any:
        word = self._next_word()
        if word == "if_not_exists":
            there, otherwise = self._arguments()
            return otherwise if there is None else there
        if word == "list_append":
            first, second = self._arguments()
            return {"L": [*first["L"], *second["L"]]}
        return self._operand()

    # Tokens

    def _next_word(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def _token(self) -> str:
        if not self._tokens:
            raise self._wrong("<EOF>")
        return self._tokens.pop(0)

    def _takes(self, word: str) -> bool:
        if self._next_word().upper() != word:
            return False
        self._token()
        return True

    def _expect(self, word: str) -> None:
        if not self._takes(word):
            raise self._wrong(self._next_word() or "<EOF>")

    def _done(self) -> None:
        if self._tokens:
            raise self._wrong(self._tokens[0])

    def _undefined(self, what: str, kind: str, token: str) -> StateError:
        text = f"An expression attribute {what} is not defined; attribute {kind}:"
        return invalid(f"Invalid {self._kind}: {text} {token}")

    def _wrong(self, token: str) -> StateError:
        return invalid(f'Invalid {self._kind}: Syntax error; token: "{token}"')
