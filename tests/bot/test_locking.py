"""One serving process for one data folder, and a door that listens."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.locking import AlreadyRunning, DataDirLock
from bot.server import CannotListen, listen

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys
from pathlib import Path
from bot.locking import DataDirLock
DataDirLock(Path(sys.argv[1])).take()
print("taken", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other_process(tmp_path):
    """Another process that serves the folder until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout
    assert process.stdout.readline() == b"taken\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_process_is_refused_and_told_where(tmp_path, other_process):
    with pytest.raises(AlreadyRunning, match=str(tmp_path)):
        DataDirLock(tmp_path).take()
    assert DataDirLock(tmp_path).is_taken()
    assert (tmp_path / "serving.lock").read_text() == f"{other_process.pid}\n"


def test_a_process_that_is_killed_lets_go(tmp_path, other_process):
    os.kill(other_process.pid, signal.SIGKILL)
    other_process.wait(5)
    with DataDirLock(tmp_path) as lock:
        assert lock.is_taken()
        assert (tmp_path / "serving.lock").read_text() == f"{os.getpid()}\n"
    assert not DataDirLock(tmp_path).is_taken()


def test_nobody_serves_a_folder_that_is_new(tmp_path):
    assert not DataDirLock(tmp_path).is_taken()
    assert not (tmp_path / "serving.lock").exists(), "asking leaves nothing behind"


def test_somebody_who_only_asks_cannot_keep_the_service_from_starting(tmp_path):
    with DataDirLock(tmp_path):
        pass
    enough = threading.Event()

    def ask():
        while not enough.is_set():
            DataDirLock(tmp_path).is_taken()

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for _ in range(50):
            with DataDirLock(tmp_path):
                pass
    finally:
        enough.set()
        asking.join()


def test_an_address_that_is_taken_is_named_with_what_to_do():
    taken = listen("127.0.0.1", 0)
    taken.listen()
    try:
        with pytest.raises(CannotListen, match="DANHOI_PORT"):
            listen("127.0.0.1", taken.getsockname()[1])
    finally:
        taken.close()


async def test_small_answers_are_not_held_back(tmp_path):
    """asyncio turns off Nagle's delay only on a socket that names its protocol."""
    seen: list[int] = []

    class Door(asyncio.Protocol):
        def connection_made(self, transport):
            sock = transport.get_extra_info("socket")
            seen.append(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            transport.close()

    sock = listen("127.0.0.1", 0)
    server = await asyncio.get_running_loop().create_server(Door, sock=sock)
    reader, writer = await asyncio.open_connection(*sock.getsockname())
    await reader.read()
    writer.close()
    server.close()
    assert seen == [1]
