"""
An ISP with a bad day, on a TUN device: what is routed into it comes out again, ESP damaged by count.

    impair.py DEVICE RESULT [REPEAT [CORRUPT [LATE [STRAY]]]]

Of the ESP packets of each direction every REPEATth goes out twice, every CORRUPTth with a bit of its
text turned, every LATEth once more when 1,500 others have passed, every STRAYth once more with an SPI
that nobody has; 0: never. Neighbours change places now and then. On SIGTERM the counts go to
RESULT as JSON, by the destination's address. IKE passes as it is.
"""
import fcntl
import json
import os
import signal
import struct
import sys

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
LATER = 1500


def open_tun(name):
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return fd


def esp_offset(packet):
    """Where ESP begins, or None."""
    header = (packet[0] & 15) * 4
    if packet[0] >> 4 != 4:
        return None
    if packet[9] == 50:
        return header
    ports = struct.unpack("!HH", packet[header : header + 4])
    if packet[9] == 17 and 4500 in ports and len(packet) > header + 40:
        return header + 8 if packet[header + 8 : header + 12] != b"\0\0\0\0" else None
    return None


class Direction:
    def __init__(self):
        self.seen = 0
        self.counts = {"passed": 0, "repeated": 0, "corrupted": 0, "late": 0, "stray": 0}
        self.held = []
        self.kept = None


def without_udp_checksum(packet):
    header = (packet[0] & 15) * 4
    if packet[9] == 17:
        packet[header + 6 : header + 8] = b"\0\0"


def damaged(packet, offset):
    """A bit of the text is turned, so that the ICV no longer holds."""
    bad = bytearray(packet)
    bad[offset + 8 + (len(packet) - offset) // 2] ^= 0x10
    without_udp_checksum(bad)
    return bytes(bad)


def strayed(packet, offset):
    other = bytearray(packet)
    other[offset : offset + 4] = b"\0\0\x01\x23"
    without_udp_checksum(other)
    return bytes(other)


def handle(direction, packet, offset, every, out):
    d, c = direction, direction.counts
    repeat, corrupt, late, stray = every
    d.seen += 1
    if corrupt and d.seen % corrupt == 0:
        c["corrupted"] += 1
        out(damaged(packet, offset))
    elif d.seen % 23 == 0 and d.kept is None:
        d.kept = packet  # changes places with the next
        return
    else:
        c["passed"] += 1
        out(packet)
        if repeat and d.seen % repeat == 0:
            c["repeated"] += 1
            out(packet)
        if stray and d.seen % stray == 0:
            c["stray"] += 1
            out(strayed(packet, offset))
        if late and d.seen % late == 0:
            d.held.append((d.seen + LATER, packet))
    if d.kept is not None:
        c["passed"] += 1
        out(d.kept)
        d.kept = None
    while d.held and d.held[0][0] <= d.seen:
        c["late"] += 1
        out(d.held.pop(0)[1])


def main():
    fd = open_tun(sys.argv[1])
    every = [int(n) for n in (sys.argv[3:] + ["0"] * 4)[:4]]
    directions = {}

    def finish(*_):
        with open(sys.argv[2], "w") as f:
            json.dump({k: d.counts for k, d in directions.items()}, f)
        os._exit(0)

    signal.signal(signal.SIGTERM, finish)
    while True:
        packet = os.read(fd, 65536)
        offset = esp_offset(packet)
        if offset is None:
            os.write(fd, packet)
            continue
        to = ".".join(str(n) for n in packet[16:20])
        direction = directions.setdefault(to, Direction())
        handle(direction, packet, offset, every, lambda p: os.write(fd, p))


main()
