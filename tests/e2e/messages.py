"""Every message that the tests make poolwright say, in one list that is read as a whole: messages.txt.

While tests run, what they hear is kept in the folder that POOLWRIGHT_MESSAGES names, if it does: a file for each test file.
`messages.py FOLDER` says what was heard there and is not in the list, and fails if it could be heard again. Two messages are
the same one if they differ only in numbers, names, places, and words of a service.

A new message is read, made better until one would want to read it, and put into the list.
"""

import os
import pathlib
import re
import sys

LIST = pathlib.Path(__file__).with_name("messages.txt")
FOLDER = os.environ.get("POOLWRIGHT_MESSAGES", "")

# Where something is torn in the middle, at a moment that no test chooses: what is heard there is said, and proves nothing.
BY_CHANCE = re.compile(r"(disk_full|hostile_wire|interrupt|kill|ledger_files|limits|outage|signals)_test")

# In this order; what is left is the message.
VARYING = [(re.compile(pattern), instead) for pattern, instead in (
    (r"\x1b\[\d*m", ""),
    (r"^(to resume|to continue|next|dashboard|dashboard: opened; for another window): .*", r"\1: …"),
    (r"^\d[\d,]*/\d[\d,]* (app|tenant)s?\b.*", r"1/2 \1"),  # seen only where something takes seconds
    (r"^(To sign in, ).*", r"\1…"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "ID"),
    (r"\b[0-9a-f]{32}\b", "FINGERPRINT"),
    (r"https?://[^\s`;)]+", "URL"),
    (r"^[\w-]+, \w+: .*", "CHECK"),  # a line of doctor's table
    # The status of a reply, and what the service says in it.
    (r"(?<=: )[1-5]\d\d\b(?! redirects).*?( \(request-id [^)]*\))?(?=; [a-z]|\)|$)", "REPLY"),
    # How a connection breaks is a matter of moments.
    (r"cannot (connect to|send the request to|read the reply of|set up TLS with(?=[^:]+(:\d+)?: (the server closed|the TLS connection|timed out|Connection)))"
     r" [^:]+(:\d+)?: [^;]*", "cannot talk to HOST"),
    (r"\b(localhost|\d+\.[\d.]+|[\w.-]+\.invalid):\d+", "HOST"),
    # One tenant or several, by their names or without, and one app.
    (r"^(  |warning: )?(?:[^`:]*? \((?:ID|[\w.-]+\.example)\)(?:, (?=[^:]* \())?)+( and \d+ other tenants?)?(, [\w-]+ \d+)?(?=:| )", r"\1TENANT"),
    (r"^(  |warning: )?(ID|[\w.-]+\.example)(?=:| )", r"\1TENANT"),
    (r"(?<= lacks )[\w.]+(, [\w.]+)*", "…"),
    (r"`[^`]*`", "`…`"),
    (r"(?<![\w.~/-])[\w.~-]*/[\w./-]*[\w/-]|\b[\w-]+\.(csv|db|html|json|key|pem|pub|toml)\b", "PATH"),
    (r"^(PATH|stdin)((:\d+){2})?: ", "FILE: "),
    (r"\d[\d,.]*\d|\d", "1"),
    (r"\b1 (h 1 min|min 1 s)\b", "1 s"),
    (r"\b1 (app|tenant|call|write|secret|name|permission)s?\b", r"1 \1"),
)]
# Lines of tables, which say nothing by themselves.
COLUMNS = re.compile(r"\S {2,}\S")


def message_in(line):
    """What the line says; nothing if it is no message."""
    if COLUMNS.search(line.strip()):
        return ""
    for pattern, instead in VARYING:
        line = pattern.sub(instead, line)
    return line.strip()


class Heard:
    """What the tests of this process hear; nothing is kept before `begin`."""

    def __init__(self):
        self.path = None

    def begin(self, tests):
        if FOLDER:
            pathlib.Path(FOLDER).mkdir(parents=True, exist_ok=True)
            self.path = pathlib.Path(FOLDER) / f"{tests}.txt"
            self.path.write_bytes(b"")

    def add(self, text, folder):
        """Keeps what a command said. Where the test ran is not of interest."""
        if self.path and text:
            with open(self.path, "ab") as file:
                file.write(text.replace(os.fsencode(folder), b"").rstrip(b"\n") + b"\n")


HEARD = Heard()


def read(path):
    return path.read_text(errors="replace").splitlines()


def main(folder):
    known = {message_in(line) for line in read(LIST) if not line.startswith("#")}
    heard, news, certain = set(), {}, 0
    for path in sorted(pathlib.Path(folder).glob("*.txt"), key=lambda path: (bool(BY_CHANCE.match(path.stem)), path)):
        lines = {message_in(line): line for line in read(path)}
        lines.pop("", None)
        heard |= lines.keys()
        for message in lines.keys() - known - news.keys():
            news[message] = f"{path.stem}: {lines[message]}"
            certain += not BY_CHANCE.match(path.stem)
    for message in sorted(news):
        print(news[message])
    print(f"{len(heard)} messages heard, {len(news)} of them not in {LIST.name} ({certain} not by chance); "
          f"{len(known - heard - {''})} of the list not heard", file=sys.stderr)
    return 1 if certain or not heard else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
