"""Start a program with limits and without the rest of the disk.

    confine.py --write PATH... --read PATH... --socket FOLDER... -- COMMAND...

A launcher of the standard library only, because it runs under the system's Python. It sets resource limits, gives up
every capability (the service may run as root) and, where the Linux kernel offers Landlock, leaves the program only the
named paths: a Word file that points at `file:///srv/office/register.sqlite` then finds nothing, and no other process is
to be seen under /proc. Without Landlock the program is started all the same; the other guards (no network, no links, an
empty environment) still hold, and `docgen.libreoffice.sandbox.missing_protections` tells what is missing.

    confine.py --probe      prints the version of Landlock that the kernel offers, 0 for none
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys

GIGABYTE = 1024**3
MEMORY = 4 * GIGABYTE  # address space; a worker maps about 1 GB and uses 0.2
GOES_FIRST = 500  # of 1000: added to what Linux reckons a program by
FILE_SIZE = GIGABYTE // 2  # no PDF of an office letter comes near

# From <linux/landlock.h>. Rights on a file, and on a folder with all below it.
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
EVERY_FILE_RIGHT = (1 << 15) - 1
FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1}  # what older kernels know of them; from version 3 on all
FULL = 3  # the first version that keeps files elsewhere from being cut short, too
FILE_ONLY = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
READ = EXECUTE | READ_FILE | READ_DIR
MAKE_AND_REMOVE_SOCKET = 1 << 9 | 1 << 5  # the right to remove cannot tell a socket from a file
RIGHTS = {"--write": EVERY_FILE_RIGHT, "--read": READ, "--socket": MAKE_AND_REMOVE_SOCKET}
TCP = 0b11  # bind and connect
SCOPES = 0b11  # abstract sockets and signals of processes outside
CREATE_RULESET, ADD_RULE, RESTRICT_SELF, RULE_PATH_BENEATH = 444, 445, 446, 1
SET_NO_NEW_PRIVS, DROP_FROM_BOUNDING_SET = 38, 24
CAPABILITIES = 0x20080522  # version 3 of the call, from <linux/capability.h>


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64)]


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def limit_resources() -> None:
    """Limit memory and file size, and write no core file."""
    for name, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(name)[1]
        limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (limit, limit))


def prefer_oom_kill() -> None:
    """Let Linux end this program first when memory runs out, rather than the service or its database."""
    try:
        with open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
            file.write(str(GOES_FIRST))
    except OSError:
        return


def drop_capabilities() -> None:
    """Drop the capabilities of root, for good: a program started later cannot regain privileges."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for capability in range(64):
        libc.prctl(DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)
    header, none = (ctypes.c_uint32 * 2)(CAPABILITIES, 0), (ctypes.c_uint32 * 6)()
    libc.capset(ctypes.byref(header), ctypes.byref(none))


def landlock_version() -> int:
    """Return the version of Landlock that the kernel offers; 0 for none."""
    libc = ctypes.CDLL(None, use_errno=True)
    return max(0, int(libc.syscall(CREATE_RULESET, None, 0, 1)))


def restrict_paths(paths: list[tuple[str, int]]) -> bool:
    """Restrict this process and its children to these paths, each with its rights; return False if the kernel
    cannot.
    """
    version = landlock_version()
    if not version:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    handled = FILE_RIGHTS.get(version, EVERY_FILE_RIGHT)
    attributes = _Ruleset(handled, TCP if version >= 4 else 0, SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return False
    for path, rights in paths:
        _allow(libc, ruleset, path, rights & handled)
    libc.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    closed: bool = libc.syscall(RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return closed


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    """Add one path; a path that does not exist needs no right."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):  # noqa: PTH112
        rights &= FILE_ONLY
    rule = _PathRule(rights, descriptor)
    libc.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.byref(rule), 0)
    os.close(descriptor)


def main(arguments: list[str]) -> None:
    """Confine this process, then become the command after `--`."""
    if arguments == ["--probe"]:
        print(landlock_version())
        return
    split = arguments.index("--")
    paths, rights = [], 0
    for argument in arguments[:split]:
        if argument in RIGHTS:
            rights = RIGHTS[argument]
        else:
            paths.append((argument, rights))
    limit_resources()
    prefer_oom_kill()
    drop_capabilities()
    restrict_paths(paths)
    os.execv(arguments[split + 1], arguments[split + 1 :])  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
