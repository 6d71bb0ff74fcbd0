"""`ip xfrm state` on standard input: one line per ESP SA, "SPI SRC DST CIPHER KEY HASH KEY"."""
import re
import sys

for block in re.split(r"(?m)^(?=src )", sys.stdin.read()):
    ends = re.match(r"src (\S+) dst (\S+)", block)
    spi = re.search(r"proto esp spi 0x([0-9a-f]+)", block)
    if not ends or not spi:
        continue
    aead = re.search(r"aead (\S+) 0x([0-9a-f]+)", block)
    enc = aead or re.search(r"enc (\S+) 0x([0-9a-f]+)", block)
    auth = re.search(r"auth-trunc (\S+) 0x([0-9a-f]+)", block)
    print(spi[1], ends[1], ends[2], enc[1], enc[2], *((auth[1], auth[2]) if auth else ("-", "-")))
