"""Canonical JSON and digests."""

import pytest

from mlmax_pipelines.asl.canonical import canonical_json, digest, json_text, parsed


def test_equal_values_give_equal_bytes():
    assert canonical_json({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()
    assert canonical_json({"a": "é", "b": 1}) == canonical_json({"b": 1, "a": "é"})


def test_what_json_lacks_is_refused():
    with pytest.raises(ValueError, match="Out of range"):
        canonical_json(float("nan"))


def test_the_digest_is_the_sha_256_of_those_bytes():
    known = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert digest({}) == known
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


def test_event_text_is_compact_and_keeps_the_order():
    assert json_text({"b": [1, None], "a": "é"}) == '{"b":[1,null],"a":"é"}'


@pytest.mark.parametrize("text", ["NaN", "[-Infinity]", '{"a": 1e999}', "-1e999", "{"])
def test_only_json_is_read_as_json(text):
    with pytest.raises(ValueError):
        parsed(text)


def test_json_is_read():
    assert parsed('{"a": [1, 2.5, 1e3, null, true]}') == {
        "a": [1, 2.5, 1e3, None, True]
    }


def test_text_of_events_has_no_number_that_json_lacks():
    with pytest.raises(ValueError, match="Out of range"):
        json_text({"a": float("inf")})
