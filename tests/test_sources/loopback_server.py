"""A server on this machine that answers in ways a mocked session cannot: slowly, half, too much."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator


@dataclass
class Server:
    """Where it listens, and the head of every request that it has read."""

    url: str
    heads: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(
    answer: Callable[[Server, socket.socket], None], *, tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """A server that reads one request a connection and leaves the rest to `answer`."""
    listener = socket.create_server(("127.0.0.1", 0))
    scheme = "https" if tls else "http"
    server = Server(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/")

    def converse(plain: socket.socket) -> None:
        plain.settimeout(5)
        with suppress(OSError):  # the client has gone, as it may
            connection = tls.wrap_socket(plain, server_side=True) if tls else plain
            with connection:
                head = b""
                while b"\r\n\r\n" not in head and (part := connection.recv(4096)):
                    head += part
                server.heads.append(head.decode("latin-1"))
                answer(server, connection)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=converse, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        server.stopped.set()
        listener.close()


def says(text: bytes) -> Callable[[Server, socket.socket], None]:
    """Sends these bytes and closes."""
    return lambda server, connection: connection.sendall(text)


def drips(before: bytes, *, every: float) -> Callable[[Server, socket.socket], None]:
    """Sends `before`, then one byte at a time until the client has gone."""

    def answer(server: Server, connection: socket.socket) -> None:
        connection.sendall(before)
        while not server.stopped.wait(every):
            connection.sendall(b" ")

    return answer
