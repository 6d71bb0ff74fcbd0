"""sequence.py SEQUENCE LOG: the lines of SEQUENCE stand in LOG in this order; others may stand between.

`*` fits a number; lines that begin with `~` may stand in any order among themselves; `#` is a comment.
Times before the lines of the log do not count."""
import re
import sys


def pattern(line):
    """The line as a regular expression."""
    parts = re.split(r"(\*none\*|\*)", line)
    return re.compile("".join("[-0-9A-F]*" if part == "*" else re.escape(part) for part in parts))


def first(log, start, line):
    """The number of the first line that fits from start on, or None."""
    wanted = pattern(line)
    return next((i for i in range(start, len(log)) if wanted.fullmatch(log[i])), None)


def main():
    stamp = re.compile(r"^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\.\d{3}: ")
    log = [stamp.sub("", line.rstrip("\n")) for line in open(sys.argv[2])]
    at = group = count = 0
    for line in open(sys.argv[1]):
        line = line.rstrip("\n")
        if line.startswith("#"):
            continue
        loose = line.startswith("~")
        group = group if loose else at
        found = first(log, group, line[1:]) if loose else first(log, at, line)
        if found is None:
            print(f"missing: {line}", "after these:", *log[max(0, at - 5):at], "and before these:", *log[at:at + 25], sep="\n")
            sys.exit(1)
        at = max(at, found + 1)
        group = group if loose else at
        count += 1
    print(f"{count} lines in order, {len(log) - count} others")


main()
