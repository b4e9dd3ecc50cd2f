"""Layers -> layers whose items stand in an order with few crossings.

What comes in: a sheet. What goes out: the same sheet, its layers sorted.
Never: moves an item to another layer.
"""

from __future__ import annotations

from bisect import bisect_right, insort

from mlmax_pipelines.drawing.layers import Item, Sheet

_SWEEPS = 12


def arrange(sheet: Sheet) -> None:
    """Sort every layer by where its neighbours stand, and keep the best try."""
    best, fewest = _orders(sheet), _crossings(sheet)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        _sweep(sheet, downward=sweep % 2 == 0)
        count = _crossings(sheet)
        if count < fewest:
            best, fewest = _orders(sheet), count
    sheet.layers[:] = best


def _orders(sheet: Sheet) -> list[list[Item]]:
    return [list(layer) for layer in sheet.layers]


def _sweep(sheet: Sheet, downward: bool) -> None:
    layers = sheet.layers if downward else sheet.layers[::-1]
    position = {id(i): float(n) for layer in layers for n, i in enumerate(layer)}
    for layer in layers:
        centers = {}
        for item in layer:
            near = (
                [link.above for link in item.up]
                if downward
                else [link.below for link in item.down]
            )
            spots = [position[id(other)] for other in near]
            centers[id(item)] = sum(spots) / len(spots) if spots else position[id(item)]
        layer.sort(key=lambda item: centers[id(item)])
        position.update((id(item), float(n)) for n, item in enumerate(layer))


def _crossings(sheet: Sheet) -> int:
    total = 0
    for upper, lower in zip(sheet.layers, sheet.layers[1:]):
        spot = {id(item): n for n, item in enumerate(lower)}
        passed: list[int] = []
        for item in upper:
            ends = sorted(spot[id(link.below)] for link in item.down)
            total += sum(len(passed) - bisect_right(passed, end) for end in ends)
            for end in ends:
                insort(passed, end)
    return total
