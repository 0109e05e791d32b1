"""The real service as a process of its own: started, asked, killed with SIGKILL, started again."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_S = 60.0


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass
class Service:
    """`python -m bot run` over one data folder."""

    data_dir: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith("DANHOI_")}
        return {
            **own,
            "DANHOI_DATA_DIR": str(self.data_dir),
            "DANHOI_PORT": str(self.port),
            "DANHOI_QUIET_S": "0.05",
            "PYTHONPATH": str(ROOT),
            **self.settings,
        }

    @property
    def output(self) -> str:
        """Everything it ever printed: greetings and logs."""
        return "".join(self.lines)

    def start(self) -> Service:
        """Start and return once the service says that it serves."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--demo"], cwd=self.data_dir.parent, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        serving = threading.Event()
        threading.Thread(target=self._read, args=(self.process, serving), daemon=True).start()
        if not serving.wait(START_S) or self.process.poll() is not None:
            raise AssertionError(f"the service did not start: {self.output[-3000:]}")
        return self

    def _read(self, process: subprocess.Popen[str], serving: threading.Event) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line)
            if f"serves {self.url}" in line:
                serving.set()
        serving.set()  # it ended: do not wait any longer

    def kill(self) -> None:
        """The power goes."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)

    def settled(self, timeout_s: float) -> None:
        """Return once nothing is owed any more. Another process's commit rings no bell: this looks again and again."""
        pause, deadline = threading.Event(), time.monotonic() + timeout_s
        query = "SELECT count(*) FROM outbox WHERE next_try_at IS NOT NULL"
        with closing(sqlite3.connect(self.data_dir / "danhoi.db")) as connection:
            while connection.execute(query).fetchone() != (0,):
                if time.monotonic() > deadline:
                    raise AssertionError("messages are still owed")
                pause.wait(0.01)

    def command(self, *arguments: str, typed: str = "") -> str:
        """Run `danhoi …` beside the service, with these words piped into it."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments], cwd=self.data_dir.parent, env=self.environment,
            capture_output=True, text=True, timeout=60, check=True, input=typed,
        )  # fmt: skip
        return done.stdout

    def sign_in_links(self) -> list[str]:
        """The newest one-time links printed for the demo's officer and leader."""
        return re.findall(r"http://localhost:\d+/[a-z-]+/vao/[0-9a-f]+", self.output)[-2:]

    def __enter__(self) -> Service:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
