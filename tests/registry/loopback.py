"""A JSON server on a loopback port that lives as long as a `with` block."""

from __future__ import annotations

import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


class JsonHandler(BaseHTTPRequestHandler):
    """Answers in JSON, keeps connections, and writes no log."""

    protocol_version = "HTTP/1.1"

    def body(self) -> bytes:
        """Of the request; to be read before the answer."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def say(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        """The whole answer."""
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        """Nothing: tests look at what was asked."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class Loopback(ABC):
    """Serves while it is entered."""

    @abstractmethod
    def handler(self) -> type[JsonHandler]:
        """Made once, at the entry."""

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), self.handler())
        serve = {"poll_interval": 0.02}
        threading.Thread(target=self._server.serve_forever, kwargs=serve, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """With a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}/"
