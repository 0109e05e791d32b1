"""Text with parse_mode, as the Bot API reads it: plain text and entities, offsets in UTF-16 units."""

import html
import re
from typing import Any

Entity = dict[str, Any]
MAX_TEXT_UNITS, MAX_CAPTION_UNITS = 4096, 1024

_HTML_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link", "span": "spoiler",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_V2_MARKS = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler", "`": "code"}
_V2_RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
_V1_MARKS = {"*": "bold", "_": "italic", "`": "code"}


class CannotParse(ValueError):
    """The message is what Telegram says after "can't parse entities: "."""


def units(text: str) -> int:
    """Length in UTF-16 code units, the Bot API's measure."""
    return len(text.encode("utf-16-le")) // 2


def read(text: str, parse_mode: str | None, entities: list[Entity] | None) -> tuple[str, list[Entity]]:
    """The text people see, trimmed, and its entities. Raises CannotParse."""
    found: list[Entity] = list(entities or [])
    if parse_mode:
        modes = {"html": _html, "markdownv2": _markdown_v2, "markdown": _markdown}
        if parse_mode.lower() not in modes:
            raise CannotParse("Unsupported parse_mode")
        text, found = modes[parse_mode.lower()](text)
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", text.replace("\r", ""))
    left = text.lstrip()
    return left.rstrip(), _shift(found, units(text) - units(left), units(left.rstrip()))


def _shift(entities: list[Entity], cut: int, length: int) -> list[Entity]:
    kept = []
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] + entity["length"] - cut, length)
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    return sorted(kept, key=lambda e: (e["offset"], -e["length"]))


def _at(text: str, position: int) -> int:
    return len(text[:position].encode())


class _Builder:
    """Collects output text and the entities still open."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.length = 0
        self.open: list[tuple[str, Entity]] = []
        self.entities: list[Entity] = []

    def add(self, text: str) -> None:
        self.out.append(text)
        self.length += units(text)

    def start(self, mark: str, **entity: Any) -> None:
        self.open.append((mark, {"offset": self.length, **entity}))

    def end(self, **more: Any) -> None:
        _, entity = self.open.pop()
        length = self.length - entity["offset"]
        if length and entity.get("type"):
            self.entities.append({**entity, "length": length, **more})

    def done(self) -> tuple[str, list[Entity]]:
        return "".join(self.out), self.entities


def _html(text: str) -> tuple[str, list[Entity]]:
    b, i = _Builder(), 0
    while i < len(text):
        if text[i] == "&":
            found = re.compile(r"&(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);").match(text, i)
            b.add(html.unescape(found[0]) if found else "&")
            i = found.end() if found else i + 1
        elif text[i] != "<":
            b.add(text[i])
            i += 1
        else:
            close = text.find(">", i)
            inside = text[i + 1 : close if close >= 0 else len(text)]
            name = re.split(r"[\s>]", inside.lstrip("/"), maxsplit=1)[0].lower()
            if inside.startswith("/"):
                expected = b.open[-1][0] if b.open else None
                if expected is None:
                    raise CannotParse(f"Unexpected end tag at byte offset {_at(text, i)}")
                if name and name != expected:
                    raise CannotParse(
                        f'Unmatched end tag at byte offset {_at(text, i)}, expected "</{expected}>", found "</{name}>"'
                    )
                b.end()
            elif name not in _HTML_TAGS:
                raise CannotParse(f'Unsupported start tag "{name}" at byte offset {_at(text, i)}')
            else:
                _open_html(b, name, inside)
            if close < 0:
                raise CannotParse(f"Unclosed start tag at byte offset {_at(text, i)}")
            i = close + 1
    if b.open:
        raise CannotParse(f'Can\'t find end tag corresponding to start tag "{b.open[-1][0]}"')
    return b.done()


def _open_html(b: _Builder, name: str, inside: str) -> None:
    pairs = re.findall(r"""([\w-]+)=(?:"([^"]*)"|'([^']*)')""", inside)
    attributes = {key.lower(): html.unescape(double or single) for key, double, single in pairs}
    kind: str | None = _HTML_TAGS[name]
    extra: dict[str, Any] = {}
    if name == "a":
        extra = {"url": attributes.get("href", "")}
        kind = kind if extra["url"] else None  # without a link the text stays plain
    elif name == "tg-emoji":
        extra = {"custom_emoji_id": attributes.get("emoji-id", "")}
    elif name == "span" and attributes.get("class") != "tg-spoiler":
        raise CannotParse('Tag "span" must have class "tg-spoiler"')
    elif name == "blockquote" and re.search(r"\bexpandable\b", inside):
        kind = "expandable_blockquote"
    elif name == "code" and b.open and b.open[-1][0] == "pre" and attributes.get("class", "").startswith("language-"):
        b.open[-1][1]["language"] = attributes["class"].removeprefix("language-")
        kind = None
    b.start(name, type=kind, **extra)


def _markdown_v2(text: str) -> tuple[str, list[Entity]]:
    b, i = _Builder(), 0
    while i < len(text):
        char = text[i]
        mark = next((m for m in ("```", "||", "__") if text.startswith(m, i)), char)
        inside = b.open[-1][0] if b.open else ""
        if char == "\\" and i + 1 < len(text) and 1 <= ord(text[i + 1]) <= 126:
            b.add(text[i + 1])
            i += 2
        elif inside in ("`", "```") and mark != inside:
            b.add(char)
            i += 1
        elif mark == "```":
            if inside == mark:
                b.end()
                i += 3
            else:
                language = re.compile(r"```([^\s`\\]*)\n").match(text, i)
                b.start(mark, type="pre", **({"language": language[1]} if language and language[1] else {}))
                i += len(language[0]) if language else 3
        elif mark in _V2_MARKS:
            if inside == mark:
                b.end()
            elif any(mark == other for other, _ in b.open):
                raise CannotParse(f"Can't find end of the entity starting at byte offset {_at(text, i)}")
            else:
                b.start(mark, type=_V2_MARKS[mark])
            i += len(mark)
        elif char == "[":
            b.start("]", type="text_link")
            i += 1
        elif char == "]" and inside == "]":
            link = re.compile(r"\]\(((?:\\.|[^)\\])*)\)").match(text, i)
            if link:
                b.end(url=re.sub(r"\\(.)", r"\1", link[1]))
            else:  # brackets without a link: the text stays plain
                b.open[-1][1]["type"] = None
                b.end()
            i += len(link[0]) if link else 1
        elif char == ">" and (i == 0 or text[i - 1] == "\n"):
            line_end = text.find("\n", i)
            inner, entities = _markdown_v2(text[i + 1 : line_end if line_end >= 0 else len(text)])
            b.entities += [e | {"offset": e["offset"] + b.length} for e in entities]
            b.start(">", type="blockquote")
            b.add(inner)
            b.end()
            i = line_end if line_end >= 0 else len(text)
        elif char in _V2_RESERVED:
            raise CannotParse(f"Character '{char}' is reserved and must be escaped with the preceding '\\'")
        else:
            b.add(char)
            i += 1
    if b.open:
        raise CannotParse(f"Can't find end of {b.open[-1][1]['type']} entity at byte offset {len(text.encode())}")
    return b.done()


def _markdown(text: str) -> tuple[str, list[Entity]]:
    """The legacy mode: no nesting; a lone mark is an error, a bracket without a link is text."""
    b, i = _Builder(), 0
    while i < len(text):
        char = text[i]
        if char == "\\" and i + 1 < len(text) and text[i + 1] in "_*`[":
            b.add(text[i + 1])
            i += 2
        elif char == "[" and (link := re.compile(r"\[([^\]]*)\]\(([^)]*)\)").match(text, i)):
            b.start("[", type="text_link", url=link[2])
            b.add(link[1])
            b.end()
            i = link.end()
        elif char in _V1_MARKS:
            mark = "```" if text.startswith("```", i) else char
            end = text.find(mark, i + len(mark))
            if end < 0:
                raise CannotParse(f"Can't find end of the entity starting at byte offset {_at(text, i)}")
            b.start(mark, type="pre" if mark == "```" else _V1_MARKS[char])
            b.add(text[i + len(mark) : end])
            b.end()
            i = end + len(mark)
        else:
            b.add(char)
            i += 1
    return b.done()
