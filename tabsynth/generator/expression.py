"""Conditions such as ``total == net + tax`` as Python functions. Runs no code of the text."""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from tabsynth.errors import ConfigError, did_you_mean
from tabsynth.generator.operators import ARITHMETIC, EXACT, FUNCTIONS, TOLERANT, truth

_ALLOWED = "use comparisons, and, or, not, in, + - * / // %, abs, min, max, round, len and matches"
_SHOWN_CHARACTERS = 200
_MARKS = range(0x4E00, 0x9FA5)

_Values = Sequence[Any]
_Part = Callable[[_Values], Any]


@dataclass(frozen=True)
class Expression:
    """A compiled condition.

    Attributes:
        source: Its text in one normal form, whatever the blanks and backticks were.
        columns: The columns that it looks at, in the order of their first mention.
        holds: Takes the cells of `columns` one by one, none of them missing.
    """

    source: str
    columns: tuple[str, ...]
    holds: Callable[..., bool]


def compile_expression(text: str, columns: Sequence[str]) -> Expression:
    """Compile a condition over the cells of a row.

    Args:
        text: The condition; names that are no Python identifiers stand in backticks.
        columns: The columns that exist.

    Raises:
        ConfigError: The text is no condition, or names a column that does not exist.
    """
    text = text.strip()
    where = f"rule '{text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + '…'}'"
    plain, quoted = _without_backticks(text, columns)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # '\d' without r is a matter of style
            tree = ast.parse(plain, mode="eval").body
        compiler = _Compiler(where, plain, columns, quoted)
        holds = compiler.condition(tree)
    except SyntaxError as error:
        raise ConfigError(
            f"this is no expression, see position {error.offset or 1}",
            where=where,
            do="write it as in Python, and column names that are no identifiers in `backticks`",
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise ConfigError("this is no expression, or too long a one", where=where, do="write a shorter one") from None
    if not compiler.found:
        raise ConfigError("it names no column", where=where, do="name the columns that it looks at")
    return Expression(_source(tree, compiler.named), tuple(compiler.found), lambda *cells: holds(cells))


def _without_backticks(text: str, columns: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Put identifiers of the same width in the place of names in backticks, so that positions stay right."""
    taken = set(text).union(*columns) if columns else set(text)
    marks = (chr(code) for code in _MARKS if chr(code) not in taken)
    quoted: dict[str, str] = {}

    def identifier(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return match[0]  # a string literal, whatever is in it
        word = next(marks) + "_" * (len(match[0]) - 1)
        quoted[word] = name
        return word

    string = r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\""
    return re.sub(rf"{string}|`(?P<name>[^`]+)`", identifier, text), quoted


def _source(tree: ast.expr, named: dict[str, str]) -> str:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in named:
            name = named[node.id]
            node.id = name if name.isidentifier() and not keyword.iskeyword(name) else f"`{name}`"
    return ast.unparse(tree)


class _Compiler:
    """Turns nodes of the syntax tree into functions of the cells."""

    def __init__(self, where: str, text: str, columns: Sequence[str], quoted: dict[str, str]) -> None:
        self.where, self.text, self.columns, self.quoted = where, text, columns, quoted
        self.found: dict[str, int] = {}
        self.named: dict[str, str] = {}

    def condition(self, node: ast.expr) -> _Part:
        """Compile what is true or false."""
        match node:
            case ast.BoolOp(op=op, values=nodes):
                parts = [self.condition(part) for part in nodes]
                every = all if isinstance(op, ast.And) else any
                return lambda cells: every(part(cells) for part in parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                part = self.condition(operand)
                return lambda cells: not part(cells)
            case ast.Compare():
                return self._comparison(node)
            case ast.Call(func=ast.Name(id="matches")):
                return self._matches(node)
            case ast.Name():
                value = self.value(node)
                return lambda cells: truth(value(cells))
        self._refuse(node, "is true or false of no row")

    def value(self, node: ast.expr) -> _Part:
        """Compile what is a number, a string or a truth value."""
        match node:
            case ast.Constant(value=str() | bool() | int() | float() as constant):
                return lambda cells: constant
            case ast.Name(id=word):
                place = self._column(node, self.quoted.get(word, word))
                return lambda cells: cells[place]
            case ast.BinOp(op=op, left=left, right=right) if type(op) in ARITHMETIC:
                first, second, compute = self.value(left), self.value(right), ARITHMETIC[type(op)]
                return lambda cells: compute(first(cells), second(cells))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                part = self.value(operand)
                return (lambda cells: -part(cells)) if isinstance(sign, ast.USub) else (lambda cells: +part(cells))
            case ast.Call(func=ast.Name(id=called), args=args, keywords=[]) if called in FUNCTIONS:
                function, fewest, most = FUNCTIONS[called]
                if not fewest <= len(args) <= most:
                    self._refuse(node, "takes another number of arguments")
                parts = [self.value(argument) for argument in args]
                return lambda cells: function(*[part(cells) for part in parts])
        self._refuse(node, "is not allowed")

    def _column(self, node: ast.Name, name: str) -> int:
        if name not in self.columns:
            raise ConfigError(f"there is no column '{name}'", where=self.where, do=did_you_mean(name, self.columns))
        self.named[node.id] = name
        return self.found.setdefault(name, len(self.found))

    def _comparison(self, node: ast.Compare) -> _Part:
        steps: list[tuple[_Part, Callable[[Any, Any], bool], _Part]] = []
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            computed = any(isinstance(part, ast.BinOp) for side in (left, right) for part in ast.walk(side))
            compare = (TOLERANT if computed else EXACT).get(type(op))
            if isinstance(op, ast.In | ast.NotIn) and isinstance(right, ast.Tuple | ast.List | ast.Set):
                elements = [self.value(element) for element in right.elts]
                steps.append((self.value(left), EXACT[type(op)], _tuple_of(elements)))
            elif compare is None or isinstance(left, ast.Tuple | ast.List | ast.Set):
                self._refuse(node, "is not allowed")
            else:
                steps.append((self.value(left), compare, self.value(right)))
            left = right
        if len(steps) == 1:
            ((first, only, second),) = steps
            return lambda cells: only(first(cells), second(cells))
        return lambda cells: all(compare(first(cells), second(cells)) for first, compare, second in steps)

    def _matches(self, node: ast.Call) -> _Part:
        match node:
            case ast.Call(args=[value, ast.Constant(value=str() as pattern)], keywords=[]):
                part = self.value(value)
            case _:
                self._refuse(node, "needs a column and a pattern, as in matches(zip, '[0-9]{5}')")
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            raise ConfigError(
                f"the pattern is no regular expression: {error.msg} at position {(error.pos or 0) + 1} of it",
                where=self.where,
                do="correct the pattern",
            ) from None
        return lambda cells: compiled.fullmatch(part(cells)) is not None

    def _refuse(self, node: ast.expr, why: str) -> NoReturn:
        start = len(self.text.encode()[: node.col_offset].decode())
        part = ast.get_source_segment(self.text, node) or ""
        for word, name in self.quoted.items():
            part = part.replace(word, f"`{name}`")
        part = part if len(part) <= _SHOWN_CHARACTERS else f"{part[: _SHOWN_CHARACTERS - 1]}…"
        raise ConfigError(f"'{part}' at position {start + 1} {why}", where=self.where, do=_ALLOWED)


def _tuple_of(parts: list[_Part]) -> _Part:
    return lambda cells: tuple(part(cells) for part in parts)
