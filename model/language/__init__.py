"""The modelling language: state variables of finite types, and actions that edit them.

An action is a Python function that edits a state.  It runs once over z3 terms when its
system is built, and on plain values when a trace is replayed.  The connectives have
z3's names and meaning and work on both.
"""

from .errors import (
    BadValue,
    EvaluationError,
    ModelError,
    SimultaneousWrite,
    SymbolicTruth,
    UnknownName,
)
from .quantify import count, exists, forall
from .sorts import parameter
from .state import State
from .system import Action, Check, Leaf, Limit, Outcome, System, Transition, UndefinedAt
from .terms import And, If, Implies, Max, Min, Not, Or, Sum, Xor
from .types import Array, Bool, Enum, Index, Int, Nat, Record, Seq, Set, Type

__all__ = [
    "Action",
    "And",
    "Array",
    "BadValue",
    "Bool",
    "Check",
    "Enum",
    "EvaluationError",
    "If",
    "Implies",
    "Index",
    "Int",
    "Leaf",
    "Limit",
    "Max",
    "Min",
    "ModelError",
    "Nat",
    "Not",
    "Or",
    "Outcome",
    "Record",
    "Seq",
    "Set",
    "SimultaneousWrite",
    "State",
    "Sum",
    "SymbolicTruth",
    "System",
    "Transition",
    "Type",
    "UndefinedAt",
    "UnknownName",
    "Xor",
    "count",
    "exists",
    "forall",
    "parameter",
]
