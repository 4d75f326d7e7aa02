"""Properties that come with the command: a Python file of them, or one expression as a goal.

A file of properties is a program and is run as one.  An expression is not: it is parsed, and only
the words of the language, the state and its configuration are known in it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from types import CodeType
from typing import TYPE_CHECKING, Any, ClassVar

from model import language
from model.language.errors import BadValue, ModelError, UnknownName, authors_line, suggest
from properties.kinds import Property

from .files import InputError, ToolError, read_text, shown
from .subjects import UsageError

if TYPE_CHECKING:
    from model.language.types import Type

GOAL = "reach"
WORDS: Mapping[str, Callable[..., Any]] = {
    name: getattr(language, name)
    for name in ("And", "Or", "Not", "Implies", "If", "Xor", "forall", "exists", "count")
}
_NODES = (
    ast.Expression,
    ast.Attribute,
    ast.BinOp,
    ast.Call,
    ast.Compare,
    ast.Constant,
    ast.Lambda,
    ast.List,
    ast.Name,
    ast.Slice,
    ast.Subscript,
    ast.Tuple,
    ast.UnaryOp,
    ast.USub,
    ast.arguments,
    ast.arg,
    ast.keyword,
    ast.expr_context,
    ast.operator,
    ast.cmpop,
)
_INSTEAD = {
    ast.BoolOp: "write And(a, b) and Or(a, b) instead of `and` and `or`",
    ast.Not: "write Not(a) instead of `not a`",
    ast.IfExp: "write If(condition, a, b) instead of `a if condition else b`",
    ast.In: "write set[i] instead of `i in set`",
    ast.NotIn: "write Not(set[i]) instead of `i not in set`",
    ast.Is: "write == instead of `is`",
    ast.IsNot: "write != instead of `is not`",
    ast.Pow: "there are no powers",
    ast.MatMult: "there are no matrices",
    ast.FloorDiv: "write / for z3's integer division",
    ast.LShift: "there are no shifts",
    ast.RShift: "there are no shifts",
}
_LONGEST = 4000


class PropertyFileError(ToolError):
    """A file of properties that cannot be run.  Exit code 150, as for a model."""

    exit_code: ClassVar[int] = 150


def load(path: str) -> list[Property]:
    """The properties of a Python file (`-`: standard input).

    Raises InputError if it cannot be read, PropertyFileError with the line if it cannot be run.
    """
    source, name = read_text(path), shown(path, reading=True)
    try:
        code = compile(source, name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = f":{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise PropertyFileError(f"{name}{line}: {getattr(error, 'msg', error)}") from None
    names: dict[str, Any] = {"__name__": "properties_of_the_user", "__file__": name}
    _execute(code, names, name)
    found = [value for value in names.values() if isinstance(value, Property)]
    own = [p for p in found if p.function.__code__.co_filename == name]
    if not own:
        raise InputError(
            name, "", "no property in it; decorate functions as in the folder properties/"
        )
    return own


def _execute(code: CodeType, names: dict[str, Any], path: str) -> None:
    """Run a file; what it raises becomes a message with its own line."""
    try:
        exec(code, names)  # noqa: S102 - a file of properties is a program of the user
    except ModelError as error:
        error.where = error.where or authors_line(error)
        raise
    except (Exception, SystemExit) as error:
        lines = _lines(error, path)
        line = f":{lines[-1]}" if lines else ""
        raise PropertyFileError(f"{path}{line}: {type(error).__name__}: {error}") from error


def _lines(error: BaseException, path: str) -> list[int]:
    """The lines of a file that an error went through, outermost first."""
    found, at = [], error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == path:
            found.append(at.tb_lineno)
        at = at.tb_next
    return found


def goal(expression: str) -> Property:
    """The goal of an expression over `s`.  Raises UsageError for anything but the language."""
    code, used = _checked(expression)

    def function(s: Any) -> Any:
        constants, ambiguous = _constants(s)
        names = {**constants, **WORDS, "s": s, "cfg": s.cfg}
        for name in used:
            if name in ambiguous:
                raise BadValue(f"--reach: {name!r} is a member of two Enums; write its number")
            if name not in names:
                raise UnknownName(f"--reach: no name {name!r}{suggest(name, names)}")
        return eval(code, {"__builtins__": {}, **names})  # noqa: S307 - only what `_checked` allows

    return Property("reachable", GOAL, "", expression.strip(), function)


def _checked(expression: str) -> tuple[CodeType, frozenset[str]]:
    """The compiled expression and the names it uses that are not its own."""
    if len(expression) > _LONGEST:
        raise UsageError(f"--reach: more than {_LONGEST} characters; write a property file")
    try:
        tree = ast.parse(expression.strip(), "--reach", "eval")
        for node in ast.walk(tree):
            _check_node(node)
        code = compile(tree, "--reach", "eval", dont_inherit=True)
    except SyntaxError as error:
        raise UsageError(f"--reach: {error.msg} at character {error.offset}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise UsageError(f"--reach: {error or 'too deeply nested'}") from None
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    own = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return code, frozenset(used - own)


def _check_node(node: ast.AST) -> None:
    instead = _INSTEAD.get(type(node))
    if instead is not None:
        raise UsageError(f"--reach: {instead}")
    if not isinstance(node, _NODES):
        raise UsageError(f"--reach: {type(node).__name__} is not a part of the language")
    for word in ("id", "attr", "arg"):
        name = getattr(node, word, None)
        if isinstance(name, str) and name.startswith("_"):
            raise UsageError(f"--reach: {name!r} is no name here")
    if isinstance(node, ast.Constant) and not isinstance(node.value, bool | int):
        raise UsageError(f"--reach: {node.value!r}; write a number, True or False")


def _constants(state: Any) -> tuple[dict[str, int], frozenset[str]]:
    """The members of every Enum of the state, also in capitals; and those that are ambiguous."""
    found: dict[str, int] = {}
    ambiguous: set[str] = set()
    for kind in state._storage.values():  # noqa: SLF001 - a state does not tell its types otherwise
        for members in _enums(kind):
            for index, member in enumerate(members):
                for name in (member, member.upper()):
                    if found.setdefault(name, index) != index:
                        ambiguous.add(name)
    return found, frozenset(ambiguous)


def _enums(kind: Type) -> list[tuple[str, ...]]:
    """The Enums inside a type."""
    if isinstance(kind, language.Enum):
        return [kind.names]
    if isinstance(kind, language.Record):
        return [names for field in kind.fields.values() for names in _enums(field)]
    if isinstance(kind, language.Array | language.Seq):
        return _enums(kind.element)
    return []
