"""What tests of pictures share."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET

HOSTILE = "</text><script>alert('x')</script> & \"q\"]] --> `x` #59; %%{init}%%\x07"
SVG = "{http://www.w3.org/2000/svg}"


def texts(document: str) -> str:
    """The words in a picture."""
    root = ET.fromstring(document)
    return " ".join(node.text or "" for node in root.iter(f"{SVG}text"))


NAMES = ("Train", "Preprocess_the_raw_data", "a b c d e f g h", "W" * 80, "日本" * 20)


def random_machine(rng: random.Random, count: int, depth: int = 0) -> dict:
    """A machine in which every state can be reached, with loops and catches."""
    tag = rng.randrange(10**9)
    names = [f"{rng.choice(NAMES)[:70]} {tag}{n}" for n in range(count)]
    states = {}
    for place, name in enumerate(names):
        later = names[place + 1 :]
        if not later:
            states[name] = {"Type": rng.choice(["Succeed", "Fail"])}
            continue
        states[name] = _random_state(rng, names, place, depth)
    return {"StartAt": names[0], "States": states}


def _random_state(rng: random.Random, names: list, place: int, depth: int) -> dict:
    following, anywhere = names[place + 1], names[: place + 8]
    kind = rng.choice(["Task", "Task", "Wait", "Choice", "Parallel", "Map"])
    if kind == "Choice":
        rules = [
            {"Variable": "$.a", "StringEquals": "x" * rng.randrange(60), "Next": target}
            for target in rng.choices(anywhere, k=rng.randrange(1, 5))
        ]
        return {"Type": "Choice", "Choices": rules, "Default": following}
    state: dict = {"Type": kind, "Next": following}
    if kind in ("Parallel", "Map") and depth < 2:
        count = rng.randrange(1, 4) if kind == "Parallel" else 1
        inner = [
            random_machine(rng, rng.randrange(1, 6), depth + 1) for _ in range(count)
        ]
        state |= {"Branches": inner} if kind == "Parallel" else {"Iterator": inner[0]}
    if rng.random() < 0.4 and kind != "Wait":
        errors = rng.choice([["States.ALL"], ["A.Long.Error.Name", "Another"]])
        state["Catch"] = [{"ErrorEquals": errors, "Next": rng.choice(anywhere)}]
    return state


def overlap(a, b) -> bool:
    return (
        a.x + 0.01 < b.x + b.width
        and b.x + 0.01 < a.x + a.width
        and a.y + 0.01 < b.y + b.height
        and b.y + 0.01 < a.y + a.height
    )


def inside(a, b) -> bool:
    return (
        b.x <= a.x + 0.01
        and b.y + b.header <= a.y + 0.01
        and a.x + a.width <= b.x + b.width + 0.01
        and a.y + a.height <= b.y + b.height + 0.01
    )


def within(point, box, slack=0.5) -> bool:
    x, y = point
    return (
        box.x + slack < x < box.x + box.width - slack
        and box.y + slack < y < box.y + box.height - slack
    )


def check(picture) -> None:
    boxes = picture.boxes
    for number, box in enumerate(boxes):
        contained = {node.id for node in box.node.walk()}
        assert -0.01 <= box.x and box.x + box.width <= picture.width + 0.01
        assert -0.01 <= box.y and box.y + box.height <= picture.height + 0.01
        for other in boxes[number + 1 :]:
            if other.node.id in contained:
                assert inside(other, box)
            elif box.node.id not in {node.id for node in other.node.walk()}:
                assert not overlap(box, other), (box.node.id, other.node.id)
    for number, label in enumerate(picture.labels):
        for box in boxes:
            # A cluster may contain a label, but never cut through one.
            assert not overlap(label, box) or (box.header and inside(label, box))
        for other in picture.labels[number + 1 :]:
            assert not overlap(label, other)
    check_routes(picture)


def check_routes(picture) -> None:
    around = {
        node.id: {box.node.id for box in picture.boxes if node in box.node.walk()}
        for box in picture.boxes
        for node in (box.node,)
    }
    for route in picture.routes:
        own = around.get(route.source, set()) | around.get(route.target, set())
        foreign = [
            box
            for box in picture.boxes
            if box.node.id not in own or box.node.id in (route.source, route.target)
        ]
        obstacles = [*foreign, *picture.labels]
        for curve in route.curves:
            for step in range(21):
                point = curve.at(step / 20)
                hit = [box for box in obstacles if within(point, box)]
                assert not hit, (route, hit)
