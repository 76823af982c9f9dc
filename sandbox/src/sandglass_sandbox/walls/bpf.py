"""From a policy to a seccomp filter: a classic BPF program, assembled and installed.

The program looks the call's number up in a binary tree over ranges of numbers that are treated
alike. Linux itself remembers which calls are allowed whatever their arguments, and then doesn't run
it at all (since 5.11).
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from sandglass_sandbox.walls import numbers
from sandglass_sandbox.walls.policy import Policy, Rule

_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_JUMP, _JUMP_EQUAL, _JUMP_AT_LEAST = 0x05, 0x15, 0x35

RET_ALLOW = 0x7FFF0000
RET_ERRNO = 0x00050000

_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_MAX_NUMBER = 0xFFFFFFFF
_MAX_INSTRUCTIONS = 4096


@dataclass(frozen=True)
class Instruction:
    code: int
    value: int
    yes: int = 0
    no: int = 0

    def encoded(self) -> bytes:
        return struct.pack("=HBBI", self.code, self.yes, self.no, self.value)


Program = list[Instruction]


def _refuse(error: int) -> Program:
    return [Instruction(_RETURN, RET_ERRNO | error)]


_ALLOW = [Instruction(_RETURN, RET_ALLOW)]


def assemble(policy: Policy, machine: str) -> Program:
    """The filter for one kind of machine. Calls of another kind (32-bit ones) don't exist."""
    actions = _actions(policy, numbers.of(machine))
    return [
        Instruction(_LOAD, _ARCHITECTURE),
        Instruction(_JUMP_EQUAL, numbers.AUDIT_ARCH[machine], yes=1),
        *_refuse(errno.ENOSYS),
        Instruction(_LOAD, _NUMBER),
        *_tree(list(_ranges(actions))),
    ]


def _actions(policy: Policy, known: dict[str, int]) -> dict[int, Program]:
    """Number → what to do; what isn't there is refused."""
    actions = {known[name]: _ALLOW for name in policy.allowed if name in known}
    for rule in policy.rules:
        if rule.call in known:
            actions[known[rule.call]] = _checks(rule)
    for name, error in policy.refused:
        actions[known[name]] = _refuse(error)
    return actions


def _checks(rule: Rule) -> Program:
    """Each way in turn; the first whose conditions all hold allows the call."""
    program: Program = []
    for way in rule.ways:
        blocks: list[Program] = []
        for condition in way:
            block = [Instruction(_LOAD, _ARGUMENTS + 8 * condition.index)]
            if condition.mask != 0xFFFFFFFF:
                block.append(Instruction(_AND, condition.mask))
            count = len(condition.values)
            # A match goes past the remaining values and the jump that follows them.
            block += [
                Instruction(_JUMP_EQUAL, value, yes=count - at)
                for at, value in enumerate(condition.values)
            ]
            blocks.append(block)
        rest = len(_ALLOW)
        tail: Program = list(_ALLOW)
        for block in reversed(blocks):
            tail = [*block, Instruction(_JUMP, rest), *tail]
            rest = len(tail)
        program += tail
    return program + _refuse(rule.otherwise)


def _ranges(actions: dict[int, Program]) -> Iterator[tuple[int, Program]]:
    """First number of each range of calls treated alike, and what is done there; from 0 upwards."""
    last: Program | None = None
    edges = sorted({0, numbers.LAST_KNOWN + 1, *actions, *(n + 1 for n in actions)})
    for number in edges:
        default = errno.EPERM if number <= numbers.LAST_KNOWN else errno.ENOSYS
        action = actions.get(number, _refuse(default))
        if action != last:
            yield number, action
            last = action


def _tree(ranges: list[tuple[int, Program]]) -> Program:
    if len(ranges) == 1:
        return ranges[0][1]
    middle = len(ranges) // 2
    low, high = _tree(ranges[:middle]), _tree(ranges[middle:])
    # Conditional jumps reach 255 instructions; this one reaches everywhere.
    return [
        Instruction(_JUMP_AT_LEAST, ranges[middle][0], no=1),
        Instruction(_JUMP, len(low)),
        *low,
        *high,
    ]


class _Fprog(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


_SYS_SECCOMP = {"x86_64": 317, "aarch64": 277}[os.uname().machine]
_SECCOMP_SET_MODE_FILTER = 1
_libc = ctypes.CDLL(None, use_errno=True)


def encoded(policy: Policy) -> bytes:
    """Ready for `install` on this machine."""
    program = assemble(policy, os.uname().machine)
    if len(program) > _MAX_INSTRUCTIONS:
        raise ValueError(f"{policy.name}: {len(program)} instructions")
    return b"".join(instruction.encoded() for instruction in program)


def install(program: bytes) -> None:
    """For this thread, which must be its process's only one, and all its children; for good.

    Needs `no_new_privs`.
    """
    header = _Fprog(len(program) // 8, program)
    if _libc.syscall(_SYS_SECCOMP, _SECCOMP_SET_MODE_FILTER, 0, ctypes.byref(header)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp: {os.strerror(number)}")
