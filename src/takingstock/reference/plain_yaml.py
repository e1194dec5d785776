"""Plain YAML: texts, lists and dictionaries only, with the line of every part, so that an error can name it.

Every scalar stays text: ``no`` is the word of an answer, not a truth value. Anchors, aliases and keys that come twice
are refused.
"""

from __future__ import annotations

from typing import Any

from takingstock.records import BadFileError

Path = tuple[str | int, ...]
Lines = dict[Path, int]
_DEEPEST = 24


def parsed(data: bytes, name: str) -> tuple[Any, Lines]:
    """The content and the line (from 1) of every part by its path. Raises BadFileError with file and line."""
    import yaml

    try:
        text = data.decode("utf-8-sig")
        event: Any
        depth = 0
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise yaml.MarkedYAMLError(problem="nested too deep", problem_mark=event.start_mark)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise yaml.MarkedYAMLError(
                    problem="anchors and aliases (&, *) are not read; write it out", problem_mark=event.start_mark
                )
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        lines: Lines = {}
        return (None if root is None else _value(root, (), lines)), lines
    except UnicodeDecodeError as error:
        raise BadFileError(f"{name} is not UTF-8; save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise BadFileError(f"{name}{where}: {error.problem or error.context}; mend the YAML there") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        first = (str(error).splitlines() or ["unreadable"])[0]
        raise BadFileError(f"{name} is no YAML that can be read ({first}); mend it") from error


def line_of(lines: Lines, path: Path) -> int:
    """The line of a part, or of the nearest part around it; 1 where nothing is known."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _value(node: Any, path: Path, lines: Lines) -> Any:
    import yaml

    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return str(node.value).strip()
    if isinstance(node, yaml.SequenceNode):
        return [_value(one, (*path, number), lines) for number, one in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.MarkedYAMLError(problem="a key must be a text", problem_mark=key.start_mark)
        if key.value in found:
            raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} comes twice", problem_mark=key.start_mark)
        found[key.value] = _value(value, (*path, key.value), lines)
        lines[(*path, key.value)] = key.start_mark.line + 1
    return found
