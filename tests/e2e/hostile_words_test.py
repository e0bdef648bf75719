"""What a service says in its refusals reaches people, events and the ledger: never with a secret in it, never able to command a
terminal, never longer than one reads. And what it says of waiting is heeded within reason."""

import base64
import json
import re
import signal
from urllib.parse import parse_qs, quote

from harness import read_events, wait_until
from hostile import GRANT, RULE, TOKEN, Hostile, reasons_in
from middleman import Reply

# A terminal obeys the first ones; the others turn the line around, hide in it, or break it.
COMMANDS = "\x1b[2J\x1b]0;owned\x07\x9b31m\x00\x08\x7f\r\n\u202e\u2066\u200b\u061c\ufeff\u2028\U000e0041"

# Of those, what a header may hold: an 8-bit command, and the bytes of U+202E.
IN_HEADERS = "\x9b31m\xe2\x80\xae"


def secrets_of(request):
    """What a request carries in confidence."""
    form = parse_qs(request.body.decode()) if request.path.endswith("/token") else {}
    return form.get("client_secret", []) + ([request.bearer] if request.bearer else [])


def plainly(request):
    return " and ".join(secrets_of(request))


# How a service might repeat what it got.
ECHOES = {
    "plain": lambda request: f"got {plainly(request)}.",
    "percent-encoded": lambda request: f"client_secret={quote(plainly(request), safe='')}&x=y",
    "every character percent-encoded": lambda request: "".join(f"%{byte:02x}" for byte in secrets_of(request)[0].encode()),
    "across the end": lambda request: "." * 480 + plainly(request),
    "again and again": lambda request: (plainly(request) + " ") * 500,
    "within a word": lambda request: f"x{plainly(request)}x",
}


def refused(status, words, request, headers=()):
    """A refusal in the form of the authority or of Graph."""
    if request.path.endswith("/token"):
        document = {"error": words, "error_description": words, "error_codes": [7000112]}
    else:
        document = {"error": {"code": words, "message": words, "details": [{"code": words}]}}
    return Reply.json(status, document, headers)


def echoing(echo, status):
    return lambda request, forward: refused(status, echo(request), request)


def escaped(request, forward):
    """The same in JSON's own escapes, which no look at the bytes would find."""
    text = "".join(f"\\u{ord(c):04x}" for c in plainly(request))
    return Reply.json(400, f'{{"error":{{"code":"{text}","message":"{text}"}},"error_description":"{text}"}}')


def in_headers(request, forward):
    headers = [(name, plainly(request)) for name in ("request-id", "x-ms-request-id", "WWW-Authenticate", "Server")]
    return refused(400, "no", request, headers)


def redirecting(request, forward):
    return Reply(302, b"", (("Location", f"https://localhost:1/?{quote(plainly(request))}&{plainly(request)}"),))


def anothers(request, forward):
    """A secret and a token that the request did not carry, but somebody else's."""
    return refused(400, f"see {'sbx8Q~' + 'a1B' * 11} and {request.bearer[:-9]}otherwise, both", request)


def meant_for_its_secret(request, forward):
    """The proof's token says that it is meant for the secret that it was asked for with."""
    document = forward(request).document()
    head, _, tail = document["access_token"].split(".")
    claims = base64.urlsafe_b64encode(json.dumps({"aud": plainly(request), "roles": []}).encode()).decode().rstrip("=")
    return Reply.json(200, document | {"access_token": f"{head}.{claims}.{tail}"})


# Where, and how many earlier requests of a tenant share the route: the provisioning secret, the bearer token, the app's own secret.
PLACES = {"token": (TOKEN, 0), "roles": ("GET /servicePrincipals/{id}", 0), "application": ("POST /applications", 0),
          "grant": (GRANT, 0), "proof": (TOKEN, 1)}
STATUSES = {"token": 400, "roles": 403, "application": 400, "grant": 400, "proof": 400}


class Words(Hostile):
    hears_others = True

    def test_what_is_told_of_refusals(self):
        attacks = echoes()
        for place, at in PLACES.items():
            attacks[f"{place}: commands"] = (*at, echoing(lambda request: f"no{COMMANDS}!", STATUSES[place]))
            attacks[f"{place}: long"] = (*at, echoing(lambda request: "Много слов. " * 5_000, STATUSES[place]))
        create = PLACES["application"]
        attacks["request id"] = (*create, lambda request, forward: refused(400, "no", request, [("request-id", IN_HEADERS)]))
        attacks["redirect"] = (*create, lambda request, forward: Reply(302, b"", (("Location", f"https://x/{IN_HEADERS}"),)))
        ids = self.tenants(attacks)
        for name, (route, after, action) in attacks.items():
            self.man.on(route, action, ids[name], times=99, after=after)
        outcome = self.provision("-v", "--events", self.me.work / "events", "--step-deadline", 3)
        self.assertEnds(outcome, 1, f"0 of {len(ids)} apps ready")
        tenants = self.me.run("status", "-o", "json").json()["tenants"]
        reasons = {each["name"]: each["last_error"] for each in tenants}
        for name, why in reasons.items():
            with self.subTest(name, why=why):
                self.assertLess(len(why), 1000)
                self.assertRegex(why, EXPECTED.get(name.split(": ")[-1], r"\[struck out\]"))
        self.assert_harmless(outcome, self.me.run("status"), self.me.run("status", "-v"))
        self.man.heal()
        self.converges(len(ids))

    def assert_harmless(self, *outcomes):
        """No terminal obeys what was shown; that no secret is in it, or in any file, is checked when the test ends."""
        shown = "".join(each.out + each.err for each in outcomes)
        obeyed = {f"U+{ord(each):04X}" for each in shown if not each.isprintable() and each != "\n"}
        self.assertEqual(obeyed, set())
        self.assertIn(r"no\x1b[2J", shown)
        self.assertIn(r"\u202e", shown)


def echoes():
    attacks = {}
    for place, at in PLACES.items():
        attacks |= {f"{place}: {how}": (*at, echoing(echo, STATUSES[place])) for how, echo in ECHOES.items()}
        attacks |= {f"{place}: {what.__name__}": (*at, what) for what in (escaped, in_headers, redirecting)}
    attacks |= {"grant: anothers": (GRANT, 0, anothers), "proof: meant_for_its_secret": (TOKEN, 1, meant_for_its_secret)}
    return attacks


# What is told where nothing has to be struck out, or not within what is told.
EXPECTED = {"in_headers": "no", "across the end": r"\.{400}", "commands": re.escape("no\x1b[2J"), "long": "Много слов. Много",
            "request id": "no$", "redirect": "302 redirects, which is not followed"}


# What a service may say in Retry-After that names no time to come, and what names one beyond all patience.
RETRY_AFTER = {"below zero": "-5", "no number": "soon", "a number too many": "1 2", "hexadecimal": "0x10", "with an exponent": "1e3",
               "infinite": "inf", "empty": "", "long past": "Thu, 01 Jan 1970 00:00:00 GMT",
               "a day that there is not": "Wed, 31 Feb 2027 00:00:00 GMT", "long": "x" * 60_000}
FOR_A_DAY = {"huge": "999999999999999999999999999", "a century": "3155760000", "a far date": "Fri, 31 Dec 9999 23:59:59 GMT"}


class RetryAfter(Hostile):
    def throttling(self, value):
        return lambda request, forward: Reply.json(429, {"error": {"code": "TooManyRequests"}}, [("Retry-After", value)])

    def test_what_names_no_time_holds_nothing_up(self):
        ids = self.tenants(RETRY_AFTER)
        for name, value in RETRY_AFTER.items():
            self.man.on("POST /servicePrincipals", self.throttling(value), ids[name])
        self.assertEnds(self.provision(), 0, f"{len(ids)} of {len(ids)} apps ready")
        self.converges(len(ids))

    def test_more_than_a_day_is_a_day_and_whoever_waits_can_leave(self):
        ids = self.tenants(FOR_A_DAY)
        for name, value in FOR_A_DAY.items():
            self.man.on("POST /servicePrincipals", self.throttling(value), ids[name])
        events = self.me.work / "events"
        # The next run keeps to what was said for no longer than the longest window of a quota.
        limits = self.me.work / "limits.json"
        second = {"limit": 1000, "window": "1s"}
        limits.write_text(json.dumps({"schema": "poolwright.limits/1", "application": {"writes": second, "resource_units": second},
                                      "tenant": {"writes": second}, "application_tenant": {
                                          "writes": second, "resource_units": {size: second for size in "SML"}}}))
        process = self.background(self.me, "provision", self.csv, "--yes", *self.man.options(), *RULE, "--events", events, "--limits", limits)

        def waits():
            return [event for event in read_events(events) if event["type"] == "waiting"]

        wait_until(lambda: len(waits()) == len(ids), "all are told to wait", process)
        for event in waits():
            self.assertEqual((event["reason"], round(event["seconds"])), ("throttle", 86400))
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 130)
        self.assertIn("to continue: ", process.out_file.read_text())
        self.converges(len(ids))
