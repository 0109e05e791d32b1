"""The web server inside our own process: it hears no signals and never ends the process by itself."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

GRACE_S = 3  # for requests under way; streams end by themselves on the stop event


class CannotListen(Exception):
    """The address is taken or not ours."""


class Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # bot/app.py alone owns signals


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises CannotListen with what to do about it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio sets TCP_NODELAY only on such sockets: without it an answer written in two
    # pieces waits 40 ms for the browser's delayed acknowledgement.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise CannotListen(
            f"cannot listen on {host}:{port}: {error.strerror}. Set DANHOI_PORT to another port"
        ) from None
    return sock


def make_server(web: FastAPI) -> Server:
    return Server(
        uvicorn.Config(
            web,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACE_S,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=30,
        )
    )
