"""Frames over a socket: whole, in pieces, late, and garbage."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.engines.frames import ConnectionLostError, FrameKind, FrameReader, frame, json_frame


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@given(
    st.lists(
        st.tuples(st.sampled_from(FrameKind), st.integers(0, 2**32 - 1), st.binary(max_size=200))
    ),
    st.integers(1, 50),
)
def test_frames_arrive_as_sent_however_they_are_cut(
    frames: list[tuple[FrameKind, int, bytes]], piece: int
) -> None:
    data = b"".join(frame(*parts) for parts in frames)

    def send(end: socket.socket) -> None:
        for start in range(0, len(data), piece):
            end.sendall(data[start : start + piece])
        end.shutdown(socket.SHUT_WR)

    ours, theirs = socket.socketpair()
    with ours, theirs:
        # Another thread sends: many small pieces fill the socket before one of them is read.
        sender = threading.Thread(target=send, args=(theirs,))
        sender.start()
        reader = FrameReader(ours)
        assert [reader.read() for _ in frames] == frames
        assert not reader.buffered
        with pytest.raises(ConnectionLostError):
            reader.read()
        sender.join()


def test_a_frame_cut_by_the_end_is_no_frame(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.sendall(json_frame(FrameKind.HEAD, 1, {"form": "graph"})[:-1])
    theirs.close()
    with pytest.raises(ConnectionLostError, match="the stream ended"):
        FrameReader(ours).read()


@pytest.mark.parametrize(
    "garbage", [b"HTTP/1.1 200 OK\r\n\r\n", b"\xff" * 13, b"\x04" + b"\xff" * 12]
)
def test_garbage_is_no_frame(pair: tuple[socket.socket, socket.socket], garbage: bytes) -> None:
    ours, theirs = pair
    theirs.sendall(garbage)
    with pytest.raises(ConnectionLostError, match="this is no frame"):
        FrameReader(ours).read()


def test_waiting_ends_at_the_deadline_even_if_bytes_keep_dripping(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    stop = threading.Event()

    def drip() -> None:
        theirs.sendall(frame(FrameKind.CHUNK, 1, b"x" * 1000)[:13])
        while not stop.wait(0.02):
            theirs.sendall(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        FrameReader(ours).read(start + 0.2)
    assert time.monotonic() - start < 5  # the bytes would drip for longer
    stop.set()
    thread.join()
