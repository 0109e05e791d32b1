"""Well-known search libraries behind one small interface, each given the same folded texts and asked the same way."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Sequence

import bm25s
import numpy as np
import tantivy
from rank_bm25 import BM25Okapi
from rapidfuzz import fuzz, process

Find = Callable[[str], list[int]]  # a folded question -> places of the texts, best first, at most 10
_SHOWN = 10


def bm25s_peer(texts: Sequence[str]) -> Find:
    retriever = bm25s.BM25()
    retriever.index([text.split() for text in texts], show_progress=False)

    def find(question: str) -> list[int]:
        found, _ = retriever.retrieve([question.split()], k=_SHOWN, show_progress=False)
        return [int(at) for at in found[0]]

    return find


def rank_bm25_peer(texts: Sequence[str]) -> Find:
    scorer = BM25Okapi([text.split() for text in texts])

    def find(question: str) -> list[int]:
        return [int(at) for at in np.argsort(-scorer.get_scores(question.split()), kind="stable")[:_SHOWN]]

    return find


def fts5_peer(texts: Sequence[str]) -> Find:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE texts USING fts5(body)")
    base.executemany("INSERT INTO texts(rowid, body) VALUES (?, ?)", enumerate(texts))

    def find(question: str) -> list[int]:
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(question.split()))
        rows = base.execute("SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?", (asked, _SHOWN))
        return [int(row[0]) for row in rows] if asked else []

    return find


def tantivy_peer(texts: Sequence[str]) -> Find:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body", stored=False)
    builder.add_integer_field("at", stored=True)
    index = tantivy.Index(builder.build(), path=tempfile.mkdtemp(prefix="danhoi-bench-"))
    writer = index.writer(num_threads=1)
    for at, text in enumerate(texts):
        writer.add_document(tantivy.Document(body=text, at=at))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def find(question: str) -> list[int]:
        hits = searcher.search(index.parse_query(question, ["body"]), _SHOWN).hits if question else []
        return [int(searcher.doc(address)["at"][0]) for _, address in hits]

    return find


def rapidfuzz_peer(texts: Sequence[str]) -> Find:
    def find(question: str) -> list[int]:
        found = process.extract(question, texts, scorer=fuzz.token_set_ratio, limit=_SHOWN)
        return [int(at) for _, _, at in found]

    return find


PEERS: dict[str, Callable[[Sequence[str]], Find]] = {
    "bm25s": bm25s_peer,
    "rank-bm25": rank_bm25_peer,
    "SQLite FTS5": fts5_peer,
    "tantivy": tantivy_peer,
    "RapidFuzz token_set": rapidfuzz_peer,
}
