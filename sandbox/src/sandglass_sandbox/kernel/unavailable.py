"""What code tries in vain: the network, packages that aren't there, commands.

Each gets one sentence that says what is not available and what to do instead. It is the message of
the exception that would come anyway, so that it is also read where code catches and prints that.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import shlex
import socket
import subprocess
import sys
from importlib.machinery import ModuleSpec
from typing import Any, NoReturn

NETWORK = (
    "there is no network in this sandbox: upload the data as a file, and read it from /mnt/data"
)
COMMANDS = (
    "System commands are not available in this sandbox: use Python instead (os, pathlib, shutil,"
    " zipfile, …)."
)
PACKAGES = (
    "Installing packages is not available in this sandbox: use the libraries that are there"
    " (numpy, pandas, scipy, matplotlib, sklearn, sympy, PIL, …)."
)

_NETWORK_MODULES = frozenset(
    "requests urllib3 httpx httplib2 aiohttp websocket websockets pycurl wget gdown paramiko"
    " boto3 botocore s3fs gcsfs scrapy selenium playwright yfinance pandas_datareader kaggle"
    " tweepy praw wikipedia openai anthropic psycopg2 pymysql pymongo redis".split()
)
_TOO_LARGE = frozenset(
    "tensorflow keras torch torchvision torchaudio jax flax transformers datasets".split()
)
_INSTALLERS = frozenset(("pip", "pip3", "conda", "mamba", "uv", "apt", "apt-get", "easy_install"))
_UNREACHABLE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN)
_LOCAL_HOSTS = (None, "", "localhost", "localhost.localdomain")

_connect = socket.socket.connect
_getaddrinfo = socket.getaddrinfo
_popen = subprocess.Popen.__init__
_PYTHON_NAMES = ("python", "python3", os.path.basename(sys.executable))


def module(name: str) -> str:
    """Why `import name` doesn't work."""
    missing = f"No module named {name!r}"
    if name in _NETWORK_MODULES:
        return f"{missing}: it is not available here, for {NETWORK}."
    if name in _TOO_LARGE:
        return f"{missing}: it is not available in this sandbox, use sklearn, statsmodels or numpy."
    if name in _INSTALLERS:
        return f"{missing}. {PACKAGES}"
    return (
        f"{missing}: it is not available in this sandbox and can't be installed, use the libraries"
        " that are there (numpy, pandas, scipy, matplotlib, sklearn, sympy, PIL, …)."
    )


def command(words: object) -> str:
    """Why a command doesn't run; `words` as they were given to a shell or to subprocess."""
    return PACKAGES if _installs(words) else COMMANDS


def _installs(words: object) -> bool:
    if isinstance(words, bytes):
        words = os.fsdecode(words)
    if isinstance(words, str):
        try:
            words = shlex.split(words)
        except ValueError:  # no closing quotation
            words = words.split()
    if not isinstance(words, (list, tuple)):
        return False
    names = [os.path.basename(os.fsdecode(w)) for w in words[:4] if isinstance(w, (str, bytes))]
    if names[:1] and names[0] in _PYTHON_NAMES:
        return names[1:2] == ["-m"] and names[2:3] != [] and names[2] in _INSTALLERS
    return bool(names) and names[0] in _INSTALLERS


class _Missing:
    """The last of the finders: comes to a name only if all others have not found it."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        # Asked by importlib.util.find_spec, the answer is that there is none; libraries ask so.
        # The frames: this one, importlib's _find_spec, and who wants it.
        asks = sys._getframe(2).f_code.co_name
        if "." in name or asks != "_find_and_load_unlocked":
            return None
        raise ModuleNotFoundError(module(name), name=name)


def _lookup(host: Any, *arguments: Any, **options: Any) -> Any:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in _LOCAL_HOSTS or host == socket.gethostname() or _is_address(host):
        return _getaddrinfo(host, *arguments, **options)
    _no_name(host)


def _is_address(host: object) -> bool:
    try:
        ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return True


def _no_name(host: object, *_arguments: object) -> NoReturn:
    raise socket.gaierror(socket.EAI_NONAME, f"{host} can't be reached, {NETWORK}")


def _connecting(self: socket.socket, address: Any) -> None:
    try:
        _connect(self, address)
    except OSError as e:
        if e.errno not in _UNREACHABLE:
            raise
        host = address[0] if isinstance(address, tuple) else address
        raise OSError(e.errno, f"{host} can't be reached, {NETWORK}") from None


def _opening(self: Any, args: Any, *more: Any, **options: Any) -> None:
    if _installs(args):
        raise FileNotFoundError(errno.ENOENT, PACKAGES)
    try:
        _popen(self, args, *more, **options)
    except (FileNotFoundError, PermissionError) as e:
        if e.filename is not None and str(e.filename) == str(options.get("cwd")):
            raise  # it is the directory that isn't there
        raise type(e)(e.errno, COMMANDS) from None


def install() -> None:
    """Once in the zygote. Idempotent."""
    if not any(finder is _Missing for finder in sys.meta_path):
        sys.meta_path.append(_Missing)  # type: ignore[arg-type]
    socket.getaddrinfo = _lookup
    socket.gethostbyname = socket.gethostbyname_ex = _no_name  # type: ignore[assignment]
    socket.socket.connect = _connecting  # type: ignore[method-assign]
    subprocess.Popen.__init__ = _opening  # type: ignore[method-assign]
