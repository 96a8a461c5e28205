"""Conditions that every delivered row meets, as the user states them. Knows finished cells, not tokens."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import CodeType
from typing import Any

from tabsynth.codec.cells import Cell
from tabsynth.errors import ConfigError, did_you_mean
from tabsynth.generator.expression import compile_expression


@dataclass(frozen=True)
class Rule:
    """A condition over some cells of a row.

    Attributes:
        name: How errors and counts call it.
        columns: The columns that it looks at.
        holds: Takes the cells of `columns` one by one and says whether the row may be delivered.
        identity: Text that changes when the condition does.
        missing_passes: Whether a row with a missing cell among `columns` passes unasked, as under CHECK in SQL.
    """

    name: str
    columns: tuple[str, ...]
    holds: Callable[..., Any] = field(repr=False)
    identity: str
    missing_passes: bool = True

    def check(self, cells: Sequence[Cell]) -> bool:
        """Return whether the row may be delivered.

        Args:
            cells: The cells of `columns`, in their order; dates are ISO 8601 strings, missing ones None.

        Raises:
            ConfigError: The condition cannot be told of these cells. Gives the type of the exception, no cells.
        """
        if self.missing_passes and any(cell is None for cell in cells):
            return True
        try:
            return bool(self.holds(*cells))
        except Exception as error:
            # What Python says of it may quote a cell.
            raise ConfigError(
                f"the rule cannot be told of a row ({type(error).__name__})",
                where=f"rule '{self.name}'",
                do=f"compare numbers with numbers and strings with strings; dates are strings such as '2024-01-31'; "
                f"it looks at {', '.join(self.columns)}",
            ) from None

    @classmethod
    def parse(cls, text: str, columns: Sequence[str]) -> Rule:
        """Make a rule of an expression such as ``start <= end`` or ``total == net + tax``.

        A row with a missing cell in a column of the expression passes. Results of arithmetic on floats are equal when
        they are so up to 1e-9 of their size; ``total - net - tax == 0`` has no size, so state it as above. Dates are
        compared as dates with strings such as ``'2024-01-31'``, whatever format the column stores them in.

        Args:
            text: Comparisons, and, or, not, in, + - * / // %, abs, min, max, round, len, matches(column, 'pattern').
            columns: The columns that exist.

        Raises:
            ConfigError: The text is no condition, or names a column that does not exist.
        """
        expression = compile_expression(text, columns)
        return cls(text.strip(), expression.columns, expression.holds, expression.source)

    @classmethod
    def of(
        cls,
        columns: str | Sequence[str],
        predicate: Callable[..., Any],
        name: str | None = None,
        *,
        missing_passes: bool = True,
    ) -> Rule:
        """Make a rule of a Python function.

        Args:
            columns: What the function is given, cell by cell.
            predicate: Returns what counts as true for a row that may be delivered.
            name: How errors and counts call the rule; by default after the function.
            missing_passes: Whether a row with a missing cell passes without a call; else the function is given None.

        Raises:
            ConfigError: The function does not take one argument a column.
        """
        names = (columns,) if isinstance(columns, str) else tuple(columns)
        name = name or f"{getattr(predicate, '__name__', type(predicate).__name__)}({', '.join(names)})"
        try:
            inspect.signature(predicate).bind(*names)
        except TypeError:
            raise ConfigError(
                f"the function does not take {len(names)} arguments",
                where=f"rule '{name}'",
                do="take one argument for each column",
            ) from None
        except ValueError:
            pass  # a built-in function that does not say what it takes
        stated = f"{name}|{names}|{missing_passes}|{_text(predicate)}"
        identity = f"{name}: {hashlib.sha256(stated.encode()).hexdigest()}"
        return cls(name, names, predicate, identity, missing_passes)


def rules_of(specs: Sequence[str | Rule], columns: Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules of a table.

    Args:
        specs: Expressions, and rules made of functions.
        columns: The columns of the table.

    Raises:
        ConfigError: One is neither, is no condition, or names a column that does not exist.
    """
    listed = [specs] if isinstance(specs, str | Rule) else specs
    return tuple(_rule(spec, columns) for spec in listed)


def _rule(spec: object, columns: Sequence[str]) -> Rule:
    if isinstance(spec, str):
        return Rule.parse(spec, columns)
    if not isinstance(spec, Rule):
        raise ConfigError(
            f"a rule cannot be made of a {type(spec).__name__}",
            where="rules",
            do="pass an expression such as 'start <= end', or Rule.of(columns, function)",
        )
    for name in spec.columns:
        if name not in columns:
            raise ConfigError(
                f"there is no column '{name}'", where=f"rule '{spec.name}'", do=did_you_mean(name, columns)
            )
    return replace(spec, columns=tuple(spec.columns))


def _text(part: object) -> str:
    """What a function does, as text that other processes write the same.

    A best effort: it does not see what the function calls nor globals that it reads, and differs between versions of
    Python.
    """
    if isinstance(part, CodeType):
        return f"code({part.co_code.hex()} {part.co_names} {part.co_varnames} {_text(part.co_consts)})"
    if isinstance(part, frozenset):
        return f"set({sorted(_text(item) for item in part)})"  # its own order differs between processes
    if isinstance(part, tuple | list):
        return f"({', '.join(_text(item) for item in part)})"
    if part is None or part is Ellipsis or isinstance(part, bool | int | float | complex | str | bytes):
        return repr(part)
    if isinstance(part, partial):
        return f"partial({_text(part.func)} {_text([_plain(value) for value in part.args])} {sorted(part.keywords)})"
    code = getattr(part, "__code__", None)
    if code is None:
        return f"{type(part).__qualname__} {getattr(part, '__qualname__', '')}"
    cells = getattr(part, "__closure__", None) or ()
    seen = [_plain(cell.cell_contents) for cell in cells]
    return f"{_text(code)} {_text(seen)} {_text(getattr(part, '__defaults__', None))}"


def _plain(value: Any) -> Any:
    """A value that a function closes over, as far as it can be written down without going round in circles."""
    known = (bool, int, float, complex, str, bytes, type(None), CodeType)
    return value if isinstance(value, known) else getattr(value, "__code__", type(value).__qualname__)
