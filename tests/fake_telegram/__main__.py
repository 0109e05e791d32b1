"""`python -m tests.fake_telegram --port 8081`: the fake by itself, for the bench and by hand."""

import argparse
import signal
import threading

from tests.fake_telegram.server import TOKEN, FakeTelegram
from tests.fake_telegram.spec import write_facts


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fake_telegram", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--token", action="append", help="a bot's token; may be given several times")
    parser.add_argument("--write-facts", action="store_true", help="reduce the full specification anew, and end")
    arguments = parser.parse_args()
    if arguments.write_facts:
        write_facts()
        return
    first, *others = arguments.token or [TOKEN]
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with FakeTelegram(first, port=arguments.port) as server:
        for n, token in enumerate(others, 2):
            server.add_bot(token, username=f"dan_hoi_{n}_bot")
        print(f"{server.url} {first}", flush=True)  # a script that started us reads this line
        ended.wait()


if __name__ == "__main__":
    main()
