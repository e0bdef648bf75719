"""Bytes that are no reply: cut off, without end, too slow, or not HTTP. Memory and time stay within bounds."""

import itertools
import os
import pathlib

from harness import LONG_PATIENCE, POOLWRIGHT
from hostile import GRANT, RULE, TOKEN, Hostile, acted
from middleman import DRIBBLE, Reply

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
MEGABYTE = b" " * (1 << 20)

def raw(*parts):
    return lambda request, forward: b"".join(parts)


def endless(begin, again):
    return lambda request, forward: itertools.chain([begin], itertools.repeat(again))


def huge(begin, piece=MEGABYTE):
    return lambda request, forward: itertools.chain([begin], itertools.repeat(piece, 64))


ON_THE_WIRE = {
    "nothing": (raw(), "closed without a reply"),
    "early close in the header": (raw(HEAD), "closed in the middle of the reply"),
    "early close after the header": (raw(HEAD, b"Content-Length: 9\r\n\r\n"), "closed in the middle of the reply"),
    "early close in the body": (raw(HEAD, b"Content-Length: 9\r\n\r\n{}"), "closed in the middle of the reply"),
    "early close without a length": (raw(HEAD, b'Connection: close\r\n\r\n{"access_token"'), "closed in the middle of the reply"),
    "two lengths": (raw(HEAD, b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), "not valid HTTP"),
    "a length below zero": (raw(HEAD, b"Content-Length: -2\r\n\r\n{}"), "not valid HTTP"),
    "a length beyond all numbers": (raw(HEAD, b"Content-Length: 99999999999999999999\r\n\r\n{}"), "not valid HTTP"),
    "a length beyond all memory": (raw(HEAD, b"Content-Length: 9223372036854775807\r\n\r\n{}"), "larger than"),
    "length and chunks": (raw(HEAD, b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), "not valid HTTP"),
    "a chunk that is none": (raw(CHUNKED, b"zz\r\n{}\r\n0\r\n\r\n"), "not valid HTTP"),
    "a chunk below zero": (raw(CHUNKED, b"-2\r\n{}\r\n0\r\n\r\n"), "not valid HTTP"),
    "a chunk beyond all numbers": (raw(CHUNKED, b"fffffffffffffffffffffff\r\n{}\r\n"), "not valid HTTP"),
    "a chunk longer than it says": (raw(CHUNKED, b"1\r\n{}\r\n0\r\n\r\n"), "not valid HTTP"),
    "another protocol": (raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "not valid HTTP"),
    "an upgrade": (raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"), "a protocol nobody asked for"),
    "endless headers": (endless(HEAD, b"X-More: and more\r\n"), "header of the reply is larger than 64 KiB"),
    "an endless header": (endless(HEAD + b"X: ", b"more" * 256), "header of the reply is larger than 64 KiB"),
    "endless interim replies": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "timed out after 2 s"),
    "64 MiB": (huge(HEAD + b"Content-Length: %d\r\n\r\n" % (64 << 20)), "larger than"),
    "64 MiB in chunks": (huge(CHUNKED, b"100000\r\n" + MEGABYTE + b"\r\n"), "larger than"),
    "64 MiB without a length": (huge(HEAD + b"Connection: close\r\n\r\n"), "larger than"),
    "a byte a second": (endless(HEAD + b"Content-Length: 99\r\n\r\n", DRIBBLE), "timed out after 2 s"),
}


class Wire(Hostile):
    def test_what_is_no_reply_is_told_and_soon(self):
        ids = self.tenants(ON_THE_WIRE)
        for name, (action, _) in ON_THE_WIRE.items():
            self.man.on(TOKEN, action, ids[name], times=99)
        before = self.me.snapshot()
        outcome = self.provision("--request-timeout", 2, "-o", "json")
        self.assertEnds(outcome, 69)
        failed = {each["name"]: each for each in outcome.json()["failed_tenants"]}
        self.assertEqual(failed.keys(), ON_THE_WIRE.keys())
        for name, (_, words) in ON_THE_WIRE.items():
            with self.subTest(name):
                self.assertRegex(failed[name]["reason"],
                                 f"^cannot obtain a token: cannot read the reply of localhost:{self.man.port}: .*{words}")
                self.assertEqual(failed[name]["end"], "unreachable")
        self.assertEqual(self.me.snapshot(), before, "nothing is left behind")

    def test_what_was_lost_is_found_again(self):
        """The sandbox has acted; what comes back is no reply."""
        ids = self.tenants(f"{route}, {name}" for route in AGAIN for name in ON_THE_WIRE)
        for route, after in AGAIN.items():
            for name, (action, _) in ON_THE_WIRE.items():
                self.man.on(route, acted(action), ids[f"{route}, {name}"], after=after)
        # Where the reply to a new application comes too late as well, its credential is looked for a minute later.
        outcome = self.provision("--request-timeout", 2, timeout=LONG_PATIENCE)
        self.assertEnds(outcome, 0, f"{len(ids)} of {len(ids)} apps ready")
        self.converges(len(ids))

    def test_what_is_odd_but_a_reply_is_taken(self):
        ids = self.tenants(ODD)
        for name, oddly in ODD.items():
            self.man.on("*", oddly, ids[name], times=99)
        self.assertEnds(self.provision(), 0, f"{len(ids)} of {len(ids)} apps ready")
        self.converges(len(ids))


# How much memory a run may take at its peak against replies without end: its own; for each round trip in flight the largest body,
# 4 MiB, as it grows by doubling; and one such body at a time as a document. A sanitizer keeps what was given back for a while.
OWN_MIB, FOR_EACH_MIB, DOCUMENT_MIB, IN_FLIGHT = 64, 8, 128, 8
SANITIZER_MIB = 1024


class Memory(Hostile):
    def test_replies_without_end_take_bounded_memory(self):
        most = OWN_MIB + IN_FLIGHT * FOR_EACH_MIB + DOCUMENT_MIB
        if b"__asan_init" in pathlib.Path(POOLWRIGHT).read_bytes():
            most += SANITIZER_MIB
        processes = {name: self.begin(name, action) for name, action in LARGE.items()}
        for name, process in processes.items():
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            print(f"{name}: {used.ru_maxrss >> 10} MiB", flush=True)
            with self.subTest(name):
                self.assertIn(process.returncode, (1, 69), process.err_file.read_text())
                self.assertLess(used.ru_maxrss >> 10, most)

    def begin(self, name, action):
        """A run in which the action answers all tenants."""
        ids = self.tenants(f"{name} {number}" for number in range(IN_FLIGHT))
        for id in ids.values():
            self.man.on(TOKEN, action, id, times=99)
        me = self.operator(name)
        csv = me.write("t.csv", self.csv.read_text())
        return self.background(me, "provision", csv, "--yes", *self.man.options(), *RULE, "--concurrency", IN_FLIGHT)


LARGE = {name: ON_THE_WIRE[name][0]
         for name in ("64 MiB", "64 MiB in chunks", "64 MiB without a length", "endless headers", "an endless header")}
LARGE["a document of many values"] = lambda request, forward: Reply.json(400, '{"x":[' + "0," * 2_000_000 + "0]}")
LARGE["a document of many lists"] = lambda request, forward: Reply.json(400, '{"x":[' + "[]," * 1_300_000 + "0]}")
LARGE["a document of many keys"] = lambda request, forward: Reply.json(400, "{" + "".join(f'"{n:x}":0,' for n in range(380_000)) + '"x":0}')


def http_1_0(request, forward):
    reply = forward(request)
    return b"HTTP/1.0 %d Fine\r\nContent-Length: %d\r\n\r\n" % (reply.status, len(reply.body)) + reply.body


def dressed(*headers):
    def act(request, forward):
        reply = forward(request)
        return Reply(reply.status, reply.body, (*reply.headers, *headers))
    return act


def after_interim_replies(request, forward):
    reply = forward(request)
    return b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + reply.raw()


def in_chunks_of_one(request, forward):
    reply = forward(request)
    chunks = b"".join(b"1;x=y\r\n%c\r\n" % byte for byte in reply.body)
    return b"HTTP/1.1 %d Fine\r\nTransfer-Encoding: chunked\r\n\r\n" % reply.status + chunks + b"0\r\nX-Trailer: x\r\n\r\n"


def with_more_behind_it(request, forward):
    return forward(request).raw() + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


# Not what Graph sends, but a whole reply each.
ODD = {
    "HTTP/1.0": http_1_0,
    "cookies": dressed(("Set-Cookie", "session=1; Domain=localhost; Path=/"), ("Set-Cookie", "x=y")),
    "no longer than a header may be": dressed(("X-Long", "x" * 60_000)),
    "a header of bytes": dressed(("X-Bytes", "\xff\xfe\x80"), ("request-id", "\xff")),
    "interim replies": after_interim_replies,
    "chunks of one byte": in_chunks_of_one,
    "another reply behind it": with_more_behind_it,
    "closed though it was to be kept": lambda request, forward: forward(request).raw(),
}

# Steps that may be repeated, and how many earlier requests of a tenant have the same route.
AGAIN = {"GET /servicePrincipals/{id}": 0, "POST /servicePrincipals": 0, "POST /servicePrincipals/{id}/appRoleAssignments": 1, TOKEN: 1}
