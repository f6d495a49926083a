"""Block the system calls by which a process could reach others: seccomp, for what Landlock does not cover.

Landlock keeps files from being read and written; it lets a process of the service's own account change their mode and
owner, talk to a database over a socket file, end the service by a signal, or fill the machine with processes. A process
that only reads its input and answers needs none of these calls; each then fails as not permitted. There is no way back.
"""

from __future__ import annotations

import ctypes
import errno
import platform
from pathlib import Path

# From <asm/unistd_64.h> and <asm-generic/unistd.h>: the same calls on both sorts of machines.
_CALLS = {
    "x86_64": {
        "sockets": (41, 42, 43, 44, 46, 49, 50, 288, 307),  # not socketpair, which reaches nobody
        "processes": (56, 57, 58, 59, 322, 435),  # clone, fork, execve: threads, too
        "signals": (62, 200, 234, 129, 297, 424, 434, 438),
        "others": (101, 310, 311, 312, 440, 302, 141, 142, 144, 203, 314, 160),  # trace, memory, limits, priority
        "files": (90, 91, 92, 93, 94, 132, 188, 189, 190, 197, 198, 199, 235, 260, 261, 268, 280, 452, 304),
        "kernel": (29, 30, 64, 68, 240, 161, 165, 272, 308, 248, 249, 250, 298, 300, 321, 323, 425),
    },
    "aarch64": {
        "sockets": (198, 200, 201, 202, 203, 206, 211, 242, 269),
        "processes": (220, 221, 281, 435),
        "signals": (129, 130, 131, 138, 240, 424, 434, 438),
        "others": (117, 270, 271, 272, 440, 261, 140, 118, 119, 122, 274, 164),
        "files": (5, 6, 7, 14, 15, 16, 52, 53, 54, 55, 88, 452, 265),
        "kernel": (194, 196, 190, 186, 180, 51, 40, 97, 268, 217, 218, 219, 241, 262, 280, 282, 425),
    },
}
_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_*
_OTHER_ABI = 0x40000000  # numbers of x32, a second way to the same calls

# From <linux/filter.h>, <linux/seccomp.h> and <linux/prctl.h>.
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_NUMBER, _MACHINE = 0, 4  # offsets in what the filter is shown of a call
_SET_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction))]


def supports_seccomp() -> bool:
    """Return whether `block_syscalls` works with this kernel and processor."""
    try:
        return platform.machine() in _CALLS and "Seccomp:" in Path("/proc/self/status").read_text()
    except OSError:
        return False


def block_syscalls() -> bool:
    """Block the calls in this process; return whether the kernel did."""
    machine = platform.machine()
    if machine not in _CALLS:
        return False
    lines = [(_LOAD, 0, 0, _MACHINE), (_EQUAL, 1, 0, _MACHINES[machine]), (_RETURN, 0, 0, _KILL)]
    lines += [(_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, _OTHER_ABI), (_RETURN, 0, 0, _REFUSE)]
    for numbers in _CALLS[machine].values():
        for number in numbers:
            lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    lines.append((_RETURN, 0, 0, _ALLOW))
    instructions = (_Instruction * len(lines))(*(_Instruction(*line) for line in lines))
    program = _Program(len(lines), instructions)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    closed: bool = libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0
    return closed
