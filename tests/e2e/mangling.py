"""Ways to spoil the body of a reply: as a whole, and in each field that is read."""

import gzip
import json

from middleman import Reply

DEEP = 10_000

# Each takes a good body, an object, and gives a bad one.
BODIES = {
    "no body": lambda good: b"",
    "null": lambda good: b"null",
    "a list": lambda good: b"[]",
    "a text": lambda good: json.dumps(good.decode()).encode(),
    "an empty object": lambda good: b"{}",
    "HTML": lambda good: b"<html><body>Please sign in</body></html>",
    "half of it": lambda good: good[:len(good) // 2],
    "it twice": lambda good: good + good,
    "text behind it": lambda good: good + b"garbage",
    "a byte order mark": lambda good: b"\xef\xbb\xbf" + good,
    "UTF-16": lambda good: good.decode().encode("utf-16"),
    "gzip that nobody asked for": lambda good: gzip.compress(good),
    "a list around it": lambda good: b"[" + good + b"]",
    "invalid UTF-8": lambda good: b'{"x":"\xff\xfe",' + good[1:],
    "an overlong NUL": lambda good: b'{"x":"\xc0\x80",' + good[1:],
    "half a surrogate": lambda good: b'{"x":"\\ud800",' + good[1:],
    "a line break in a text": lambda good: b'{"x":"\n",' + good[1:],
    "10,000 lists": lambda good: b'{"x":' + b"[" * DEEP + b"]" * DEEP + b"," + good[1:],
    "10,000 objects": lambda good: b'{"x":' * DEEP + b"1" + b"}" * DEEP,
    "10,000 lists that do not end": lambda good: b'{"x":' + b"[" * DEEP,
    "a number that is none": lambda good: b'{"x":NaN,' + good[1:],
    "a million keys": lambda good: b"{" + b'"":0,' * 400_000 + good[1:],
}

# In the place of a field's value, as they stand in the text.
VALUES = {
    "null": "null", "true": "true", "a number": "17", "a number below zero": "-1", "a fraction": "0.5", "1e400": "1e400",
    "a number of 30 digits": "1" * 30, "an empty text": '""', "another text": '"x"', "a NUL": '"\\u0000"',
    "an empty list": "[]", "an empty object": "{}",
    "a list of null": "[null]", "a long text": '"' + "x" * 300_000 + '"',
}


def at(document, path):
    """The object or list that holds the last of these keys."""
    for key in path[:-1]:
        document = document[key]
    return document


def without(path):
    def mangle(good):
        document = json.loads(good)
        del at(document, path)[path[-1]]
        return json.dumps(document).encode()
    return mangle


def replaced(path, text):
    def mangle(good):
        document = json.loads(good)
        at(document, path)[path[-1]] = "@@"
        return json.dumps(document).replace('"@@"', text).encode()
    return mangle


def twice(path):
    """The right value, and then null for the same key: the last one counts."""
    def mangle(good):
        document = json.loads(good)
        right = json.dumps(at(document, path)[path[-1]])
        at(document, path)[path[-1]] = "@@"
        return json.dumps(document).replace('"@@"', f'{right}, {json.dumps(path[-1])}: null').encode()
    return mangle


def mangled(mangle):
    def act(request, forward):
        reply = forward(request)
        encoding = (("Content-Encoding", "gzip"),) if mangle is BODIES["gzip that nobody asked for"] else ()
        return Reply.json(reply.status, mangle(reply.body), (*encoding, ("Set-Cookie", "session=1; Domain=localhost")))
    return act


def attacks_on(fields):
    """Everything that can be done to a body with these fields, by what it is called."""
    all = dict(BODIES)
    for path in fields:
        name = ".".join(map(str, path))
        all[f"{name} missing"], all[f"{name} twice"] = without(path), twice(path)
        all |= {f"{name} is {what}": replaced(path, text) for what, text in VALUES.items()}
    return all
