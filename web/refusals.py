"""Saying no on a page: a status and a sentence. `web/app.py` turns it into a page or, for scripts, into JSON."""

from __future__ import annotations


class Refused(Exception):
    """`sentence` is ready to read. `retry_after_s` > 0 says when the same would be taken. `kept`: (sha256, name) of
    files that did arrive, so that the page need not ask for them again."""

    def __init__(
        self, status: int, sentence: str, retry_after_s: int = 0, kept: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.retry_after_s = retry_after_s
        self.kept = kept
