"""Types of the arguments of kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Int = Any
"""What a kernel returns as a number: the checker of types does not see through numba."""
Word = np.uint64
Words = npt.NDArray[np.uint64]
"""Packed states (words, states), hashes, masks, or a table of 64-bit slots."""
Slots = npt.NDArray[np.uint32]
"""32-bit slots of a quotient table."""
Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Labels = npt.NDArray[np.uint8]
