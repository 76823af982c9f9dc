"""The network: loopback within the container, and nothing else."""

import errno
import os
import socket
import struct

from .harness import NotRun, Through, all_refused, must, probe, refused

_NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EPERM, errno.EACCES, errno.EADDRNOTAVAIL)
_NO_KIND = (errno.EAFNOSUPPORT, errno.EPERM, errno.EACCES, errno.EPROTONOSUPPORT)
_connect = socket.SocketType.connect  # what the sandbox hasn't put its sentences on


def _reach(family: int, address: tuple, kind: int = socket.SOCK_STREAM) -> str:
    with socket.socket(family, kind) as s:
        s.settimeout(1)
        _connect(s, address)
        return f"connected to {address[0]}"


@probe("reach an address of the internet (TCP, IPv4)", "unreachable")
def internet() -> str:
    return refused("connect", lambda: _reach(socket.AF_INET, ("1.1.1.1", 443)), *_NO_WAY)


@probe("reach an address of the internet (IPv6)", "unreachable")
def internet_v6() -> str:
    address = ("2606:4700:4700::1111", 443)
    return refused("connect", lambda: _reach(socket.AF_INET6, address), *_NO_WAY)


@probe("send a datagram out (UDP)", "unreachable")
def datagram() -> str:
    def send() -> int:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            return s.sendto(b"x", ("192.0.2.1", 9))

    return refused("sendto", send, *_NO_WAY)


@probe("ask a name server (DNS over UDP and TCP)", "unreachable")
def name_server() -> str:
    query = struct.pack(">6H", 1, 256, 1, 0, 0, 0) + b"\x07example\x03com\0\0\1\0\1"

    def ask() -> int:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            return s.sendto(query, ("8.8.8.8", 53))

    return all_refused(
        {"UDP": ask, "TCP": lambda: _reach(socket.AF_INET, ("8.8.8.8", 53))}, *_NO_WAY
    )


@probe("ask the name server on this host (127.0.0.1, 127.0.0.53)", "nobody answers")
def local_name_server() -> str:
    places = ("127.0.0.1", "127.0.0.53")
    return all_refused(
        {p: lambda p=p: _reach(socket.AF_INET, (p, 53)) for p in places},
        errno.ECONNREFUSED,
        *_NO_WAY,
    )


@probe("reach a cloud's metadata service (169.254.169.254)", "unreachable")
def metadata_service() -> str:
    return refused("connect", lambda: _reach(socket.AF_INET, ("169.254.169.254", 80)), *_NO_WAY)


@probe("reach private networks next to the host", "unreachable")
def private_networks() -> str:
    places = ("10.0.0.1", "172.17.0.1", "192.168.0.1", "100.64.0.1")
    return all_refused({p: lambda p=p: _reach(socket.AF_INET, (p, 22)) for p in places}, *_NO_WAY)


@probe("shout to all neighbours (broadcast, multicast)", "unreachable")
def broadcast() -> str:
    def send(address: str) -> int:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            return s.sendto(b"x", (address, 9))

    return all_refused({a: lambda a=a: send(a) for a in ("255.255.255.255", "224.0.0.1")}, *_NO_WAY)


@probe("find an interface besides loopback", "there is none")
def interfaces() -> str:
    names = [name for _, name in socket.if_nameindex()]
    return must(names == ["lo"], "only lo", f"interfaces {names}")


@probe("see listening services of the host (/proc/self/net)", "none but one's own")
def listening() -> str:
    found = []
    for name in ("tcp", "tcp6"):
        with open(f"/proc/self/net/{name}") as lines:
            rows = [line.split() for line in list(lines)[1:]]
        found += [r[1] for r in rows if r[3] == "0A" and int(r[7]) != os.getuid()]
    return must(not found, "none", f"listening: {found[:5]}")


@probe("find abstract sockets of the host (/proc/self/net/unix)", "there are none")
def abstract_sockets() -> str:
    with open("/proc/self/net/unix") as lines:
        names = [line.split()[-1] for line in list(lines)[1:] if line.split()[-1].startswith("@")]
    return must(not names, "none", f"names {names[:5]}")


@probe("make raw sockets (IPv4, IPv6)", "refused")
def raw_sockets() -> str:
    return all_refused(
        {
            "IPv4": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
            "IPv6": lambda: socket.socket(socket.AF_INET6, socket.SOCK_RAW, 58),
        },
        *_NO_KIND,
    )


@probe("make a ping socket", "refused")
def ping_socket() -> str:
    return refused(
        "socket",
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP),
        *_NO_KIND,
    )


@probe("listen to all packets (packet socket)", "refused")
def packet_socket() -> str:
    return refused("socket", lambda: socket.socket(17, socket.SOCK_RAW, 0x300), *_NO_KIND)


@probe("talk to the Linux kernel's firewall, audit, udev, … (netlink)", "refused")
def netlink_kinds() -> str:
    kinds = {"netfilter": 12, "audit": 9, "uevent": 15, "xfrm": 6, "generic": 16, "crypto": 21}
    return all_refused(
        {n: lambda k=k: socket.socket(16, socket.SOCK_RAW, k) for n, k in kinds.items()}, *_NO_KIND
    )


@probe("give loopback another address (netlink)", "refused")
def add_address() -> str:
    message = struct.pack("=IHHII", 28, 20, 5, 1, 0) + struct.pack("=BBBBI", 2, 24, 0, 0, 1)
    message += struct.pack("=HH4s", 8, 2, bytes((10, 9, 8, 7)))
    message = struct.pack("=I", len(message)) + message[4:]
    with socket.socket(16, socket.SOCK_RAW, 0) as s:
        s.settimeout(2)
        s.send(message)
        kind, error = struct.unpack_from("=H", s.recv(4096), 4)[0], 0
        if kind != 2:
            raise NotRun(f"answer of kind {kind}")
    with socket.socket(16, socket.SOCK_RAW, 0) as s:
        s.settimeout(2)
        s.send(message)
        error = struct.unpack_from("=i", s.recv(4096), 16)[0]
    return must(error != 0, errno.errorcode.get(-error, str(error)), "the address was added")


@probe("make sockets of all other families (vsock, ciphers, Bluetooth, XDP, …)", "refused")
def other_families() -> str:
    open_ones = []
    for family in range(1, 47):
        if family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, 16):
            continue
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            try:
                socket.socket(family, kind).close()
            except OSError:
                continue
            open_ones.append(family)
    return must(not open_ones, "all refused", f"families {sorted(set(open_ones))}")


@probe("use the less trodden protocols (SCTP, DCCP, MPTCP, UDP-Lite)", "refused")
def other_protocols() -> str:
    kinds = {"SCTP": (1, 132), "MPTCP": (1, 262), "UDP-Lite": (2, 136), "SCTP packets": (5, 132)}
    said = []
    for name, (kind, protocol) in kinds.items():
        said.append(
            refused(
                name,
                lambda k=kind, p=protocol: socket.socket(2, k, p),
                errno.ESOCKTNOSUPPORT,
                *_NO_KIND,
            )
        )
    return f"{len(said)} refused"


@probe("bind a port of the host's services", "it is the container's own loopback")
def bind_everywhere() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.bind(("0.0.0.0", 0))
        address = s.getsockname()
    names = [name for _, name in socket.if_nameindex()]
    if names != ["lo"]:
        raise Through(f"{address} on {names}")
    return "on loopback alone"
