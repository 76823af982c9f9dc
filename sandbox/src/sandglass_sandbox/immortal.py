"""Makes what the zygote has imported immortal: nobody counts references to it any more.

Python counts in the object itself, so that a container copied a page of memory for nearly all that
it only looked at. An object whose count has the value that means "immortal" (PEP 683) is not
written to, and not freed, which the libraries of a process never are anyway. The interpreter offers
this to its own objects alone, so the value is written from outside, and only where None shows that
it is the one that is known here (Python 3.12 and 3.13 on 64 bits).
"""

from __future__ import annotations

import ctypes
import gc
import itertools
import sys
from collections.abc import Sequence
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy

IMMORTAL = 0xFFFFFFFF
"""The low 32 bits of `ob_refcnt`, with which an object begins."""


def is_known() -> bool:
    """Whether this Python has such objects, and marks them so."""
    return sys.getrefcount(None) == IMMORTAL


def freeze() -> None:
    """Everything that is there now becomes immortal, and no garbage collector looks at it."""
    gc.unfreeze()  # what was frozen before is not listed
    if is_known() and "numpy" in sys.modules:
        _mark(_addresses())
    gc.freeze()


def _addresses() -> list[numpy.ndarray]:
    """Of all objects that the collector knows, what they refer to, and what code refers to."""
    objects = gc.get_objects()
    constants: list[object] = []
    code = [o.__code__ for o in objects if type(o) is FunctionType]
    while code:  # the collector doesn't look into it
        tuples = [c.co_consts for c in code]
        inner = list(itertools.chain.from_iterable(tuples))
        constants += [*code, *tuples, *inner]
        code = [o for o in inner if type(o) is CodeType]
    return [_array(some) for some in (objects, gc.get_referents(*objects), constants)]


def _array(objects: Sequence[object]) -> Any:
    numpy = sys.modules["numpy"]
    return numpy.fromiter(map(id, objects), dtype=numpy.uint64, count=len(objects))


def _mark(addresses: list[numpy.ndarray]) -> None:
    numpy = sys.modules["numpy"]
    all_of_them = numpy.concatenate(addresses)
    first = int(all_of_them.min())
    words = (int(all_of_them.max()) - first) // 4 + 1
    # All memory from the first object to the last as one array; only their counts are touched.
    memory = numpy.frombuffer((ctypes.c_uint32 * words).from_address(first), dtype=numpy.uint32)
    counts = ((all_of_them - first) // 4).astype(numpy.int64)
    # What is immortal already may lie in a library's own pages, which stay the file's.
    memory[counts[memory[counts] != IMMORTAL]] = IMMORTAL
