from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.parameters import JSON_DEPTH_MAX, BadParameters, Parameters, from_json, from_query_string

DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "empty"),
        (b"null", "JSON object"),
        (b"1", "JSON object"),
        (b"true", "JSON object"),
        (b'"query"', "JSON object"),
        (b"{", "not JSON"),
        (b"{'query': 1}", "not JSON"),
        (b'{"query": NaN}', "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"query":"\xe9"}', "not JSON"),
        (b'{"query":"\\ud800"}', "not JSON"),
        (DEEP, "nested too deep"),
        (b'{"query":"{a}","variables":' + DEEP, "nested too deep"),
        (b"{}", "query must be"),
        (b'{"query":null}', "query must be"),
        (b'{"query":1}', "query must be"),
        (b'{"query":["{a}"]}', "query must be"),
        (b'{"query":"{a}","operationName":1}', "operationName"),
        (b'{"query":"{a}","variables":[]}', "variables"),
        (b'{"query":"{a}","variables":"{}"}', "variables"),
        (b'{"query":"{a}","extensions":1}', "extensions"),
        (b'{"query":"{a}","query":"{b}"}', "more than once"),
        (b'{"query":"{a}","variables":{},"variables":{}}', "more than once"),
        (b'{"query":"{a}","\\u0071uery":"{b}"}', "more than once"),
    ],
)
def test_a_body_that_is_no_operation_is_refused(body: bytes, complaint: str) -> None:
    with pytest.raises(BadParameters, match=complaint):
        from_json(body)


def test_a_batch_is_refused_by_name() -> None:
    with pytest.raises(BadParameters) as refused:
        from_json(b'[{"query":"{a}"}]')
    assert refused.value.code == "BATCH_REFUSED"


def test_json_between_the_depths_of_two_readers_is_refused_not_a_crash() -> None:
    nested = b"[" * 1_000 + b"]" * 1_000
    body = b'{"query":"{a}","extensions":{"\\u0061":' + nested + b"}}"
    with pytest.raises(BadParameters, match="nested too deep"):
        from_json(body)


def test_json_may_be_as_deep_as_its_bound_and_no_deeper() -> None:
    def nested(depth: int) -> bytes:
        lists = depth - 2
        return b'{"query":"{a}","variables":{"v":' + b"[" * lists + b"]" * lists + b"}}"

    assert from_json(nested(JSON_DEPTH_MAX)).variables
    with pytest.raises(BadParameters, match=f"{JSON_DEPTH_MAX} levels"):
        from_json(nested(JSON_DEPTH_MAX + 1))


@pytest.mark.parametrize(
    "text", ["[" * 5_000, '\\"[{' * 5_000, "\\\\"], ids=["[", "escaped", "backslash"]
)
def test_brackets_within_strings_are_not_deep(text: str) -> None:
    body = b'{"query":"{a}","variables":{"v":"%b"}}' % text.encode()
    assert from_json(body).variables == {"v": text.replace("\\\\", "\\").replace('\\"', '"')}
    wide = b'{"query":"{a}","variables":{"v":[%b]}}' % b",".join([b"[{}]"] * JSON_DEPTH_MAX)
    assert len(from_json(wide).variables["v"]) == JSON_DEPTH_MAX


def test_a_name_said_twice_inside_the_variables_is_the_clients_own_affair() -> None:
    body = b'{"query":"{a}","variables":{"query":"x","variables":{"query":1}}}'
    assert from_json(body).variables == {"query": "x", "variables": {"query": 1}}


def test_null_parameters_are_as_if_left_out() -> None:
    body = b'{"query":"{a}","variables":null,"operationName":null,"extensions":null}'
    assert from_json(body) == Parameters("{a}", {}, None)


@pytest.mark.parametrize(
    ("query_string", "complaint"),
    [
        (b"", "query must be"),
        (b"query={a}&query={b}", "query is there more than once"),
        (b"query={a}&variables={}&variables={}", "variables is there more than once"),
        (b"query={a}&variables=[]", "variables must be"),
        (b"query={a}&variables=nonsense", "not JSON"),
        (b"query={a}&extensions=1", "extensions must be"),
        (b"query=%ff", "not UTF-8"),
        (b"query=\xff", "not UTF-8"),
        (b"&".join(b"a%d=1" % n for n in range(21)), "more than 20 fields"),
    ],
)
def test_a_query_string_that_is_no_operation_is_refused(
    query_string: bytes, complaint: str
) -> None:
    with pytest.raises(BadParameters, match=complaint):
        from_query_string(query_string)


def test_a_query_string_carries_everything_that_a_body_does() -> None:
    asked = from_query_string(
        b"query=query+N($a:Int){a}&operationName=N&variables=%7B%22a%22:1%7D&extensions=&utm=1"
    )
    assert asked == Parameters("query N($a:Int){a}", {"a": 1}, "N")


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_bad_parameters(body: bytes) -> None:
    for read in (from_json, from_query_string):
        try:
            asked = read(body)
        except BadParameters:
            continue
        assert isinstance(asked.document, str)
