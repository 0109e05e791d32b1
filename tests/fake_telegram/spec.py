"""What the Bot API says about methods and types, and the checks made with it.

The full machine-readable specification is used when it lies beside the repository; otherwise the reduced facts
committed here. Both give the same answers: the facts are a reduction of it (see `reduce_spec`).
Facts write a field as "Integer|String!": alternatives joined by "|", "=x" for a constant, "!" when required.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
FULL_SPEC = REPOSITORY.parent / "shared" / "reference" / "telegram-bot-api-spec.json"
FACTS = Path(__file__).with_name("bot_api_facts.json")

PLAYED = [
    "getMe",
    "getUpdates",
    "setWebhook",
    "deleteWebhook",
    "getWebhookInfo",
    "sendMessage",
    "editMessageText",
    "editMessageReplyMarkup",
    "deleteMessage",
    "answerCallbackQuery",
    "sendChatAction",
    "sendPhoto",
    "sendMediaGroup",
    "sendDocument",
    "sendVoice",
    "sendLocation",
    "getFile",
    "setMyCommands",
    "getMyCommands",
    "deleteMyCommands",
    "setMyDescription",
    "getMyDescription",
    "setMyShortDescription",
    "getMyShortDescription",
    "setChatMenuButton",
    "getChatMenuButton",
    "logOut",
    "close",
]
"""The methods this fake plays; others of the specification are known by name and refused."""

_CONSTANT = re.compile(r'(?:must be|[Aa]lways) \*?["“]?([a-z_]+)')
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


def _code(field: Mapping[str, Any]) -> str:
    constant = ""
    if field["name"] in ("type", "status", "source") and field["types"] == ["String"]:
        found = _CONSTANT.search(field["description"])
        constant = f"={found[1]}" if found else ""
    return "|".join(field["types"]) + constant + ("!" if field["required"] else "")


def _base(kind: str) -> str:
    return kind.removeprefix("Array of ") if not kind.startswith("Array of Array of ") else kind[len("Array of ") * 2 :]


def reduce_spec(full: Mapping[str, Any]) -> dict[str, Any]:
    """The facts about the played methods and every type they can reach, and the names of the other methods."""
    types, methods = full["types"], full["methods"]
    reached: set[str] = set()
    todo = [kind for name in PLAYED for field in methods[name].get("fields", []) for kind in field["types"]]
    todo += [kind for name in PLAYED for kind in methods[name]["returns"]]
    while todo:
        name = _base(todo.pop())
        if name in types and name not in reached:
            reached.add(name)
            todo += [kind for field in types[name].get("fields", []) for kind in field["types"]]
            todo += types[name].get("subtypes", [])
    return {
        "version": full["version"],
        "release_date": full["release_date"],
        "methods": {
            name: {
                "returns": "|".join(methods[name]["returns"]),
                "fields": {field["name"]: _code(field) for field in methods[name].get("fields", [])},
            }
            for name in sorted(PLAYED)
        },
        "types": {
            name: "|".join(types[name]["subtypes"])
            if "subtypes" in types[name]
            else {field["name"]: _code(field) for field in types[name].get("fields", [])}
            for name in sorted(reached)
        },
        "other_methods": sorted(set(methods) - set(PLAYED)),
    }


def load_facts() -> dict[str, Any]:
    """Reduced from the full specification when that is present, else the committed file."""
    if FULL_SPEC.exists():
        return reduce_spec(json.loads(FULL_SPEC.read_text(encoding="utf-8")))
    return committed_facts()


def committed_facts() -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(FACTS.read_text(encoding="utf-8"))
    return facts


def write_facts() -> None:
    """Writes the committed file anew from the full specification; one line a method or type, for readable diffs."""
    facts = reduce_spec(json.loads(FULL_SPEC.read_text(encoding="utf-8")))
    parts = []
    for key, value in facts.items():
        if isinstance(value, dict):
            lines = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items())
            parts.append(f"{json.dumps(key)}: {{\n{lines}\n}}")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value)}")
    FACTS.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def _merged(kinds: list[str]) -> list[str]:
    """Arrays of this or that are arrays of mixed items: the manual lets photos and videos share an album."""
    if len(kinds) == 1:
        return kinds
    arrays = [kind.removeprefix("Array of ") for kind in kinds if kind.startswith("Array of ")]
    if len(arrays) < 2:
        return kinds
    return [kind for kind in kinds if not kind.startswith("Array of ")] + [f"Array of {'|'.join(arrays)}"]


class Violation(Exception):
    """The message says which value breaks the specification, and how."""


class Spec:
    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.version: str = facts["version"]
        self.methods: dict[str, dict[str, Any]] = facts["methods"]
        self.types: dict[str, Any] = facts["types"]
        self.other_methods = frozenset(facts["other_methods"])

    def read_call(self, method: str, given: Mapping[str, Any], files: Iterable[str]) -> dict[str, Any]:
        """The typed parameters of a call. `files` are names of uploaded parts. Raises Violation.

        A parameter may come as text (forms, query) or, in a JSON body, as its own type; objects in text are JSON.
        """
        fields: dict[str, str] = self.methods[method]["fields"]
        read: dict[str, Any] = {}
        attached = set(files)
        for name, value in given.items():
            if value is None:
                continue
            if name not in fields:
                raise Violation(f'unknown parameter "{name}"')
            kinds = fields[name].rstrip("!").split("|")
            read[name] = self._read(kinds, value, name)
        used = {part for value in read.values() for part in _attachments(value)}
        for part in attached:
            if part in fields and "InputFile" in fields[part].rstrip("!").split("|"):
                read[part] = f"attach://{part}"
            elif part not in used:
                raise Violation(f'file part "{part}" is no parameter and nothing attaches it')
        if missing := used - attached:
            raise Violation(f"attach://{min(missing)} names no uploaded part")
        for name, code in fields.items():
            if code.endswith("!") and name not in read:
                raise Violation(f'required parameter "{name}" is missing')
        return read

    def _read(self, kinds: list[str], value: Any, name: str) -> Any:
        if isinstance(value, str):
            value = _from_text(kinds, value, name)
        if problem := self._problem("|".join(kinds), value, name):
            raise Violation(problem)
        return value

    def check_result(self, method: str, result: Any) -> str | None:
        """What is wrong with an answer of ours, or None."""
        return self._problem(self.methods[method]["returns"], result, method)

    def check_update(self, update: Mapping[str, Any]) -> str | None:
        return self._problem("Update", update, "Update")

    def _problem(self, code: str, value: Any, path: str) -> str | None:
        kinds, _, constant = code.rstrip("!").partition("=")
        if constant:
            return None if value == constant else f'{path} must be "{constant}"'
        choices = _merged(kinds.split("|"))
        problems = [problem for kind in choices if (problem := self._one(kind, value, path))]
        if len(problems) < len(choices):
            return None
        # Of several alternatives the most telling is the one whose constants (type, status) fitted.
        return max(problems, key=lambda text: (' must be "' not in text, "expected" not in text))

    def _one(self, kind: str, value: Any, path: str) -> str | None:
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                return f"{path}: expected an array"
            inner = kind.removeprefix("Array of ")
            return next((p for i, item in enumerate(value) if (p := self._problem(inner, item, f"{path}[{i}]"))), None)
        if kind in _PLAIN:
            return None if _PLAIN[kind](value) else f"{path}: expected {kind}"
        if kind == "KeyboardButton" and isinstance(value, str):
            return None  # the manual allows plain text in place of a button that only has a text
        shape = self.types[kind]
        if isinstance(shape, str):
            return self._problem(shape, value, path)
        if not isinstance(value, dict):
            return f"{path}: expected {kind}, an object"
        for name, code in shape.items():
            if name in value:
                if problem := self._problem(code, value[name], f"{path}.{name}"):
                    return problem
            elif code.endswith("!"):
                return f'{path}: {kind} needs "{name}"'
        unknown = next((name for name in value if name not in shape), None)
        return f'{path}: {kind} has no field "{unknown}"' if unknown else None


_PLAIN = {
    "String": lambda v: isinstance(v, str),
    "Integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "Float": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
    "Boolean": lambda v: isinstance(v, bool),
    "True": lambda v: v is True,
    "InputFile": lambda v: isinstance(v, str) and v.startswith("attach://"),
}


def _from_text(kinds: list[str], text: str, name: str) -> Any:
    if "Integer" in kinds and re.fullmatch(r"-?\d+", text):
        return int(text)
    if "String" in kinds or "InputFile" in kinds:
        return text
    if "Boolean" in kinds and text.lower() in _TRUE + _FALSE:
        return text.lower() in _TRUE
    if "Integer" in kinds or "Boolean" in kinds:
        raise Violation(f'parameter "{name}" must be {" or ".join(kinds)}')
    try:
        return json.loads(text)
    except ValueError:
        raise Violation(f'parameter "{name}" must be {" or ".join(kinds)} in JSON') from None


def _attachments(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        if value.startswith("attach://"):
            yield value.removeprefix("attach://")
    elif isinstance(value, dict):
        for key in ("media", "thumbnail", "photo", "cover"):
            yield from _attachments(value.get(key))
    elif isinstance(value, list):
        for item in value:
            yield from _attachments(item)
