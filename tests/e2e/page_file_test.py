"""`report --html`: the file that it writes, looked at without a browser. What a browser makes of it is in page_test.py."""

import base64
import hashlib
import html.parser
import json
import os
import re

from harness import EXAMPLES, EndToEnd

TENANTS = EXAMPLES / "tenants.csv"


class Elements(html.parser.HTMLParser):
    """Every element with its attributes, and what stands in those whose content is no markup."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.all, self.raw = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.all.append((tag, dict(attributes)))
        if tag in ("script", "style"):
            self.raw.append([tag, dict(attributes), ""])

    def handle_data(self, text):
        if self.cdata_elem:
            self.raw[-1][2] += text

    def policy(self):
        return next(each["content"] for tag, each in self.all if each.get("http-equiv") == "Content-Security-Policy")

    def data(self):
        return next(json.loads(text) for _, attributes, text in self.raw if attributes.get("id") == "report-data")


class PageFile(EndToEnd):
    def setUp(self):
        super().setUp()
        self.me = self.operator()
        self.html = self.me.work / "page.html"

    def test_it_is_written_beside_the_words(self):
        words = self.me.run("report", TENANTS)
        outcome = self.me.run("report", TENANTS, "--html", self.html)
        self.assertEnds(outcome, 0, "the page is in .*page.html")
        self.assertEqual(outcome.out, words.out)
        self.assertEqual(self.html.stat().st_mode & 0o777, 0o644)
        self.assertEqual(self.me.run("report", TENANTS, "--html", "-").raw_out, self.html.read_bytes())
        quiet = self.me.run("report", TENANTS, "--html", self.html, "-q", "-o", "json")
        self.assertEqual((quiet.err, quiet.json()["schema"]), ("", "poolwright.report/1"))

    def test_where_it_cannot_be_written(self):
        refused = {".": "Is a directory", "none/page.html": "No such file or directory", "/dev/full": "No space left on device"}
        for target, why in refused.items():
            with self.subTest(target):
                outcome = self.me.run("report", TENANTS, "--html", target)
                self.assertEnds(outcome, 70, rf"cannot write {target}: {why}")
                self.assertEqual(outcome.out, "")
        self.assertEnds(self.me.run("report", TENANTS, "--html="), 64, "--html needs one value")

    def test_a_page_stays_until_the_new_one_is_complete(self):
        self.html.write_text("the old one")
        wrong = self.me.write("wrong.csv", "tenant_id,mailboxes\na.example,-1\n")
        self.assertEnds(self.me.run("report", wrong, "--html", self.html), 65)
        self.assertEqual(self.html.read_text(), "the old one")
        self.assertEnds(self.me.run("report", TENANTS, "--html", self.html), 0)
        self.assertEqual(sorted(os.listdir(self.me.work)), ["page.html", "wrong.csv"])

    def test_it_allows_itself_nothing_but_what_is_in_it(self):
        page = Elements(self.me.run("report", TENANTS, "--html", "-").out)
        policy = {words[0]: words[1:] for words in (each.split() for each in page.policy().split(";"))}
        self.assertEqual(policy["default-src"], ["'none'"])
        for tag, source in (("script", "script-src"), ("style", "style-src")):
            contents = [text for kind, attributes, text in page.raw if kind == tag and "type" not in attributes]
            hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in contents]
            self.assertEqual(policy[source], hashes)
        self.assertEqual({**policy, "script-src": 0, "style-src": 0},
                         {"default-src": ["'none'"], "script-src": 0, "style-src": 0, "base-uri": ["'none'"], "form-action": ["'none'"]})
        ids = [attributes["id"] for _, attributes in page.all if "id" in attributes]
        self.assertEqual(len(ids), len(set(ids)))
        for tag, attributes in page.all:
            self.assertNotIn("src", attributes)
            self.assertNotIn("style", attributes)
            self.assertIn(attributes.get("href", "#main"), [f"#{each}" for each in ids])
            self.assertFalse([name for name in attributes if name.startswith("on")])

    def test_its_rows_are_those_of_the_plan(self):
        planned = self.me.run("plan", TENANTS, "--growth", "20", "-o", "json").json()["tenants"]
        data = Elements(self.me.run("report", TENANTS, "--growth", "20", "--html", "-").out).data()
        self.assertEqual(
            [[*row[:2], data["pools"][row[2]], *row[3:9], data["reasons"][row[9]]] for row in data["rows"]],
            [[each["tenant_id"], each["name"], each["pool"], each["mailboxes"], each["apps"], each["existing"], each["to_create"],
              each["surplus"], each["next_app_at"] or 0, each["reason"]] for each in planned])
        # A tenant that is on a stair has the apps of that stair.
        for row in data["rows"]:
            self.assertEqual(max((apps for mailboxes, apps in data["stairs"] if mailboxes <= row[3]), default=0), row[4])

    def test_the_next_step_makes_the_same_plan(self):
        out = self.me.run("report", TENANTS, "--growth", "20", "--rule", "commvault-2024", "--html", "-").out
        self.assertIn("poolwright plan tenants.csv --rule commvault-2024 --growth 20 --save plan.json", re.sub("</?span[^>]*>", "", out))
        self.assertNotIn(str(TENANTS.parent), out)
