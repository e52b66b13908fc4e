"""Answers are compressed as the client asks, and have a validator for each encoding."""

from __future__ import annotations

import gzip
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import brotli
import pytest
import zstandard
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from service.compression import SMALLEST, Encoding, NoEncodingError, Wish, compress, compressor

EVERYTHING = "/sparql?" + urlencode({"query": "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"})
DECODED = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    # A frame that was written as a stream does not say how large it is.
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


def get(client: FlaskClient, accept: str, path: str = EVERYTHING, **headers: str) -> Any:
    return client.get(path, headers={"Accept-Encoding": accept, **headers})


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("X-GZIP", "gzip"),
        ("*", "zstd"),
        ("*;q=0.5, zstd;q=0", "br"),
        ("deflate", None),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=nonsense", None),
        ("identity;q=0, br", "br"),
    ],
)
def test_the_encoding_follows_the_header(header: str, chosen: str | None) -> None:
    assert Wish(header).best() == chosen


@pytest.mark.parametrize("header", ["identity;q=0", "*;q=0", "deflate, *;q=0"])
def test_a_client_that_takes_nothing_is_told(header: str, client: FlaskClient) -> None:
    with pytest.raises(NoEncodingError):
        Wish(header).best()
    answer = get(client, header)
    assert answer.status_code == 406
    assert "gzip" in answer.json["remedy"]


@given(st.text(max_size=60))
def test_any_header_gives_a_choice_or_a_refusal(header: str) -> None:
    try:
        assert Wish(header).best() in {None, *Encoding}
    except NoEncodingError:
        return


@given(st.lists(st.binary(max_size=5000), max_size=5), st.sampled_from(list(Encoding)))
def test_a_stream_in_pieces_is_the_whole(pieces: list[bytes], encoding: Encoding) -> None:
    stream = compressor(encoding)
    packed = b"".join(stream.add(piece) for piece in pieces) + stream.finish()
    assert DECODED[encoding](packed) == b"".join(pieces)


@pytest.mark.parametrize("encoding", list(Encoding))
def test_an_answer_arrives_as_it_is_without(client: FlaskClient, encoding: str) -> None:
    plain, packed = get(client, "identity"), get(client, encoding)
    assert packed.headers["Content-Encoding"] == encoding
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    assert DECODED[encoding](packed.data) == plain.data
    assert packed.content_type == plain.content_type
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    head = client.head(EVERYTHING, headers={"Accept-Encoding": encoding})
    assert (head.data, head.headers["Content-Length"]) == (b"", packed.headers["Content-Length"])


def test_equal_answers_are_equal_when_compressed() -> None:
    for encoding in Encoding:
        assert compress(b"abc" * 1000, encoding) == compress(b"abc" * 1000, encoding)


@pytest.mark.parametrize(("size", "packed"), [(SMALLEST - 1, False), (SMALLEST, True)])
def test_small_answers_go_as_they_are(client: FlaskClient, size: int, packed: bool) -> None:
    def ask(length: int) -> Any:
        text = f'SELECT (REPLACE("{"a" * length}", "b", "c") AS ?x) {{}}'
        return get(client, "gzip", "/sparql?" + urlencode({"query": text, "format": "csv"}))

    around = len(get(client, "", "/sparql?query=SELECT(%22%22AS?x){}&format=csv").data)
    answer = ask(size - around)
    assert ("Content-Encoding" in answer.headers) is packed
    body = gzip.decompress(answer.data) if packed else answer.data
    assert len(body) == size


def test_each_encoding_has_its_validator(client: FlaskClient) -> None:
    tags = {e: get(client, e).headers["ETag"] for e in ("identity", *Encoding)}
    assert len(set(tags.values())) == 4
    for encoding, tag in tags.items():
        again = get(client, encoding, **{"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
        assert "Accept-Encoding" in again.headers["Vary"]


def test_what_a_client_no_longer_takes_is_of_no_use_to_it(client: FlaskClient) -> None:
    packed = get(client, "br").headers["ETag"]
    assert get(client, "gzip", **{"If-None-Match": packed}).status_code == 200
    plain = get(client, "identity").headers["ETag"]
    assert get(client, "gzip", **{"If-None-Match": f"{packed}, {plain}"}).status_code == 304
    assert get(client, "gzip", **{"If-None-Match": f"{packed}, {plain}"}).headers["ETag"] == plain


@pytest.mark.parametrize("path", ["/", "/static/critmat.css", "/openapi.json", "/id/f-35.ttl"])
def test_pages_and_files_are_compressed_and_known_again(client: FlaskClient, path: str) -> None:
    answer = get(client, "br", path)
    assert answer.headers["Content-Encoding"] == "br"
    assert brotli.decompress(answer.data) == get(client, "", path).data
    if "ETag" in answer.headers:
        tag = {"If-None-Match": answer.headers["ETag"]}
        assert get(client, "br", path, **tag).status_code == 304


def test_a_part_of_a_file_is_that_part(client: FlaskClient) -> None:
    part = get(client, "br", "/static/critmat.css", Range="bytes=0-1999")
    assert (part.status_code, len(part.data)) == (206, 2000)
    assert "Content-Encoding" not in part.headers


@pytest.mark.parametrize("encoding", list(Encoding))
def test_a_large_answer_is_compressed_whole(live: str, encoding: str) -> None:
    """Over one MiB it is kept in a file, compressed there, and sent with its length."""
    text = "SELECT ?s ?o WHERE { ?s ?p ?o . ?a ?b ?c } LIMIT 60000"
    url = f"{live}/sparql?" + urlencode({"query": text, "format": "csv"})
    with urlopen(Request(url), timeout=30) as answer:
        plain, tag = answer.read(), answer.headers["ETag"]
    assert len(plain) > 2**20
    request = Request(url, headers={"Accept-Encoding": encoding})
    with urlopen(request, timeout=30) as answer:
        packed = answer.read()
    assert answer.headers["Content-Encoding"] == encoding
    assert int(answer.headers["Content-Length"]) == len(packed)
    assert DECODED[encoding](packed) == plain
    assert answer.headers["ETag"] == tag[:-1] + f'-{encoding}"'
