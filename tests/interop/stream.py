"""A TCP stream with a digest at both ends: stream.py send ADDRESS PORT MEGABYTES | receive PORT."""
import hashlib
import os
import socket
import sys

BLOCK = 1 << 20


def send(address, port, megabytes):
    digest = hashlib.sha256()
    block = bytearray(os.urandom(BLOCK))
    with socket.create_connection((address, port), timeout=30) as s:
        s.settimeout(60)
        for n in range(megabytes):
            block[n % BLOCK] ^= 1 + n % 255  # no block is like another
            digest.update(block)
            s.sendall(block)
        s.shutdown(socket.SHUT_WR)
        s.recv(1)
    print(digest.hexdigest())


def receive(port):
    digest, room = hashlib.sha256(), memoryview(bytearray(BLOCK))
    with socket.create_server(("", port)) as server:
        server.settimeout(60)
        print("listening", file=sys.stderr, flush=True)
        s, _ = server.accept()
        s.settimeout(60)
        while n := s.recv_into(room):
            digest.update(room[:n])
        s.close()
    print(digest.hexdigest())


if sys.argv[1] == "send":
    send(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
else:
    receive(int(sys.argv[2]))
