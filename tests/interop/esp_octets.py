"""esp_octets.py PCAP KEYS: opens every ESP packet of a capture with scapy's ESP, with keys that the peer's kernel
tells (xfrm_keys.py), and seals it again from the same IV: the octets must come out the same.

Prints how many, per direction; fails when one does not open, is not the same, or has no key."""
import sys
from collections import Counter

from scapy.all import IP, rdpcap
from scapy.layers.ipsec import ESP, SecurityAssociation

CIPHERS = {"cbc(des3_ede)": "3DES", "cbc(des)": "DES", "cbc(aes)": "AES-CBC", "rfc4106(gcm(aes))": "AES-GCM"}
HASHES = {"hmac(sha1)": "HMAC-SHA1-96", "hmac(md5)": "HMAC-MD5-96", "hmac(sha256)": "SHA2-256-128",
          "hmac(sha384)": "SHA2-384-192", "hmac(sha512)": "SHA2-512-256", "-": "NULL"}


def associations(path):
    """The SAs of a key file by their SPI."""
    found = {}
    for line in open(path):
        spi, source, destination, cipher, key, name, auth = line.split()
        found[int(spi, 16)] = SecurityAssociation(
            ESP, spi=int(spi, 16), crypt_algo=CIPHERS[cipher], crypt_key=bytes.fromhex(key),
            auth_algo=HASHES[name], auth_key=None if auth == "-" else bytes.fromhex(auth),
            tunnel_header=IP(src=source, dst=destination))
    return found


def reopened(sa, packet):
    """True when the ESP payload opens and seals again to the same octets."""
    payload = bytes(packet[IP].payload)
    outer = IP(src=packet[IP].src, dst=packet[IP].dst, proto=50) / ESP(payload)
    inner = sa.decrypt(outer)
    iv = payload[8:8 + sa.crypt_algo.iv_size]
    return bytes(sa.encrypt(inner, seq_num=ESP(payload).seq, iv=iv)[ESP]) == payload


def main():
    sas = associations(sys.argv[2])
    good, wrong = Counter(), 0
    for packet in rdpcap(sys.argv[1]):
        if IP not in packet or packet[IP].proto != 50:
            continue
        sa = sas.get(ESP(bytes(packet[IP].payload)).spi)
        try:
            same = sa is not None and reopened(sa, packet)
        except Exception as error:  # whatever scapy says, the packet did not open
            same = False
            print("not opened:", error)
        if same:
            good[packet[IP].src] += 1
        else:
            wrong += 1
    print(", ".join(f"{n} from {source}" for source, n in sorted(good.items())), f"and {wrong} wrong")
    sys.exit(wrong > 0 or len(good) != 2)


main()
