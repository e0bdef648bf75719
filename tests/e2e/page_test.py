"""`report --html` in a browser: it draws itself without a word of complaint, asks for nothing, stays readable in both themes, on
narrow and wide screens and on paper, and takes names for names and a large fleet without freezing.
"""

import json

from browser import InBrowser
from harness import EXAMPLES, LONG_PATIENCE, EndToEnd

NAMES = ["<script>said = 1</script>", "</script><script>said = 1</script>", "<!--<script>", "<img src=x onerror='said = 1'>",
         "=cmd|' /C calc'!A0", "\" onfocus=\"said = 1", "{{data}} `x` &lt;", "\u202egnp.exe", "مرحبا بالعالم", "A" * 250]


def fleet(count):
    """A CSV whose tenants have 7 mailboxes more each, up to 3,000, and one large one."""
    rows = (f'{n:08x}-0000-4000-8000-000000000000,{7 * n % 3000 + 1},"Customer {n}"\n' for n in range(1, count))
    return "tenant_id,mailboxes,name\n" + "".join(rows) + "large.example,40000,Large & Sons\n"


class Page(InBrowser, EndToEnd):
    def setUp(self):
        super().setUp()
        self.me = self.operator()

    def open(self, csv, name="tenants.csv", **settings):
        file = self.me.write(name, csv)
        self.html = self.me.work / "page.html"
        self.assertEnds(self.me.run("report", file, "--html", self.html, timeout=LONG_PATIENCE), 0)
        return self.look(**settings)

    def look(self, **settings):
        page = self.browser.open(self.html, **settings)
        self.addCleanup(self.check_quiet, page)
        return page

    def check_quiet(self, page):
        self.assertEqual(page.said, [], "the page complained")
        self.assertEqual([each for each in page.asked_for if not each.startswith("file://")], [])
        self.assertEqual(len(page.asked_for), 1, page.asked_for)

    def cells(self, page, column=1):
        """What a column of the table of all tenants shows."""
        return page.run(f"[...document.querySelectorAll('#rows tbody tr > :nth-child({column})')].map(each => each.firstChild.textContent)")

    def search(self, page, words):
        page.run("document.querySelector('#search').focus(); document.querySelector('#search').select()")
        page.type(words)
        return page.run("document.querySelector('#found').textContent")

    def sort(self, page, title):
        return page.run(f"""[...document.querySelectorAll('#rows thead button')].find(each => each.textContent === {title!r}).click();
            [...document.querySelectorAll('#rows th[aria-sort]')].map(each => [each.textContent, each.ariaSort])""")

    def test_it_draws_itself_in_both_themes(self):
        inks = {}
        for theme in ("light", "dark"):
            page = self.open((EXAMPLES / "tenants.csv").read_bytes(), theme=theme)
            self.assertIn("24 tenants", page.run("document.querySelector('header').innerText"))
            self.assertEqual(page.run("document.querySelectorAll('canvas').length"), 5)
            # Each is a picture with a name and a sentence, and something is on it.
            for i in range(5):
                drawn = page.run(f"""(() => {{
                    const canvas = document.querySelectorAll('canvas')[{i}];
                    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                    const words = name => document.getElementById(canvas.getAttribute(name)).innerText;
                    return {{ drawn: pixels.filter((value, at) => at % 4 === 3 && value > 0).length,
                              words: [words('aria-labelledby'), words('aria-describedby')] }};
                }})()""")
                self.assertGreater(drawn["drawn"], 1000)
                self.assertNotIn("", drawn["words"])
            inks[theme] = page.run("[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor, Chart.defaults.color]")
        for light, dark in zip(inks["light"], inks["dark"]):
            self.assertNotEqual(light, dark)

    def test_a_theme_may_change_under_it(self):
        page = self.open((EXAMPLES / "tenants.csv").read_bytes())
        before = page.run("Chart.defaults.color")
        page.show_as(1280, 900, "dark")
        page.run(f"""new Promise(done => {{
            const look = () => Chart.defaults.color !== {before!r} ? done() : requestAnimationFrame(look);
            look();
        }})""")

    def test_it_fits_narrow_and_wide_screens(self):
        self.open(fleet(60))
        for width in (360, 768, 1280, 1920):
            page = self.look(width=width)
            self.assertEqual(page.run("document.documentElement.scrollWidth"), width)
            for box in page.run("[...document.querySelectorAll('.card, canvas')].map(each => each.getBoundingClientRect()).map(each => [each.left, each.right])"):
                self.assertGreaterEqual(box[0], 0)
                self.assertLessEqual(box[1], width)

    def test_its_times_are_those_of_the_text_report(self):
        for csv in ((EXAMPLES / "tenants.csv").read_bytes(), fleet(60), fleet(3000)):
            page = self.open(csv)
            spoken = " ".join(self.me.run("report", self.me.work / "tenants.csv").out.split())
            told = page.run("document.querySelector('a[href=\"#forecast-title\"]').closest('div').querySelector('dd').firstChild.textContent")
            self.assertIn(f"that takes about {told}.", spoken)
            self.assertTrue(page.run("document.querySelector('#forecast-gist').innerText").replace("\u00a0", " ").endswith(f"all after {told}."))
        # duration_words of the program has the same table (tests/cli/provision_report_test.cpp).
        table = {0: "0.0 s", 0.449: "0.4 s", 9.9: "9.9 s", 4.25: "4.2 s", 10: "10 s", 12.5: "12 s", 13.5: "14 s", 59.4: "59 s", 59.6: "1 min 0 s",
                 3599: "59 min 59 s", 3600: "1 h 0 min", 25 * 3600 + 300: "25 h 5 min", 4e7: "more than a year"}
        said = page.run(f"{json.dumps(list(table))}.map(poolwright.duration)")
        self.assertEqual([each.replace("\u00a0", " ") for each in said], list(table.values()))

    def test_times_beside_each_other_are_told_apart(self):
        page = self.open("tenant_id,mailboxes\n")
        for times, words in (([13, 13, 13.6], "13 s, 13 s, 14 s"), ([13, 13.3, 13.6], "13.0 s, 13.3 s, 13.6 s"),
                             ([59.2, 59.4, 90], "59.2 s, 59.4 s, 1 min 30 s"), ([3600, 3610, 3620], "1 h 0 min, 1 h 0 min, 1 h 0 min")):
            self.assertEqual(page.run(f"poolwright.durations(...{times}).join(', ')").replace("\u00a0", " "), words)

    def test_a_narrow_screen_shows_every_column_and_hides_none(self):
        self.open(fleet(60))
        for width in (360, 800, 990):
            page = self.look(width=width)
            self.assertEqual(page.run("(box => box.scrollWidth - box.clientWidth)(document.querySelector('#rows').parentElement)"), 0)
            seen = page.run("""[...document.querySelector('#rows tbody tr').cells].map(each => [each.getAttribute('role'), each.dataset.label ?? '',
                each.getBoundingClientRect().width > 0, getComputedStyle(each, '::before').content.startsWith('attr')])""")
            titles = page.run("[...document.querySelectorAll('#rows thead th')].map(each => each.textContent)")
            self.assertEqual([label for _, label, _, _ in seen], ["", *titles[1:]])
            self.assertIn("Why", titles)
            self.assertTrue(all(is_seen for _, _, is_seen, _ in seen))
            self.assertEqual([role for role, *_ in seen], ["rowheader", *["cell"] * (len(titles) - 1)])
            # What it is to who hears it.
            tree = page.ask("Accessibility.getFullAXTree")["nodes"]
            roles = [each["role"]["value"] for each in tree if not each["ignored"]]
            self.assertEqual(roles.count("rowheader"), 50)
            self.assertGreaterEqual(roles.count("columnheader"), len(titles))
            page.run("[...document.querySelectorAll('#rows thead button')].find(each => each.textContent === 'Tenant').click()")
            self.assertEqual(self.cells(page)[0], "Customer 1")

    def test_where_a_table_goes_on_its_edge_shows_it(self):
        page = self.open(fleet(60), width=360)
        boxes = page.run("[...document.querySelectorAll('.scroll')].map(each => [each.tabIndex, each.ariaLabel, getComputedStyle(each).backgroundImage])")
        for tab, name, edges in boxes:
            self.assertEqual(tab, 0)
            self.assertTrue(name)
            self.assertEqual(edges.count("gradient"), 4)

    def test_commands_break_at_blanks_only(self):
        self.open((EXAMPLES / "tenants.csv").read_bytes(), name="fleet-of-our-customers-of-2026.csv")
        for width in (360, 500, 800, 1280):
            page = self.look(width=width)
            broken = page.run("[...document.querySelectorAll('.word')].filter(each => each.getClientRects().length !== 1).map(each => each.textContent)")
            self.assertEqual(broken, [])
            self.assertEqual(page.run("[...document.querySelectorAll('pre, p, li')].filter(each => each.scrollWidth > each.clientWidth).map(each => each.textContent)"), [])
        self.assertIn("2026-", page.run("document.querySelector('header .word').textContent"))
        # What is copied has neither more nor less in it.
        copied = page.run("getSelection().selectAllChildren(document.querySelector('pre')); getSelection().toString()")
        self.assertEqual(copied, "poolwright plan fleet-of-our-customers-of-2026.csv --save plan.json")

    def test_a_lone_page_has_no_way_on(self):
        page = self.open(fleet(10))
        looks = page.run("['#first', '#previous', '#next', '#last', '#search'].map(each => [document.querySelector(each).disabled, getComputedStyle(document.querySelector(each)).opacity < 0.6])")
        self.assertEqual(looks, [[True, True]] * 4 + [[False, False]])

    def test_the_numbers_of_a_chart_are_there_as_a_table(self):
        page = self.open((EXAMPLES / "tenants.csv").read_bytes())
        rules = self.me.run("report", EXAMPLES / "tenants.csv", "-o", "json").json()["rules"]
        page.run("document.querySelector('#rules summary').click(); new Promise(requestAnimationFrame)")
        shown = page.run("[...document.querySelectorAll('#rules tbody tr')].map(each => [...each.cells].map(cell => cell.textContent))")
        self.assertEqual(shown, [[f"{each['name']} (chosen)" if each["chosen"] else each["name"], str(each["apps"])] for each in rules])

    def test_search_sort_and_pages(self):
        page = self.open(fleet(1000))
        self.assertEqual(self.cells(page)[0], "Large & Sons")
        self.assertEqual(len(self.cells(page)), 50)
        expected = sum("99" in f"customer {n} {n:08x}" for n in range(1, 1000))
        self.assertEqual(self.search(page, "customer 99"), f"{expected} of 1,000")
        self.assertEqual(self.search(page, "sons LARGE"), "1 of 1,000")
        self.assertEqual(self.search(page, "000003e7-"), "1 of 1,000")
        self.assertEqual(self.cells(page), ["Customer 999"])
        self.assertEqual(self.search(page, "nobody"), "0 of 1,000")
        self.assertEqual(self.cells(page), ["No tenant is like that."])
        page.run("document.querySelector('#search').value = ''; document.querySelector('#search').dispatchEvent(new Event('input'))")
        self.assertEqual(self.sort(page, "Tenant"), [["Tenant", "ascending"]])
        self.assertEqual(self.cells(page)[:3], ["Customer 1", "Customer 2", "Customer 3"])
        self.assertEqual(self.sort(page, "Tenant"), [["Tenant", "descending"]])
        self.assertEqual(self.cells(page)[:2], ["Large & Sons", "Customer 999"])
        self.assertEqual(self.sort(page, "Mailboxes"), [["Mailboxes", "descending"]])
        numbers = [int(each.replace(",", "")) for each in self.cells(page, 2)]
        self.assertEqual(numbers, sorted(numbers, reverse=True))
        page.run("document.querySelector('#last').click()")
        self.assertEqual(page.run("document.querySelector('#where').textContent"), "Page 20 of 20")
        self.assertTrue(page.run("document.querySelector('#next').disabled"))
        self.assertEqual(int(self.cells(page, 2)[-1]), min(7 * n % 3000 + 1 for n in range(1, 1000)))
        found = page.run("""document.querySelector('#choice').selectedIndex = 2; document.querySelector('#choice').dispatchEvent(new Event('change'));
            [document.querySelector('#choice').selectedOptions[0].textContent, document.querySelector('#found').textContent]""")
        near = len(self.me.run("report", self.me.work / "tenants.csv", "-o", "json").json()["thresholds"])
        self.assertEqual(found, [f"Close to the next app ({near})", f"{near} of 1,000"])

    def test_a_keyboard_is_enough(self):
        page = self.open(fleet(200))
        page.run("document.querySelector('#choice').focus()")
        # The region that scrolls, then the titles.
        page.press("Tab")
        page.press("Tab")
        self.assertEqual(page.run("document.activeElement.textContent"), "Tenant")
        page.press("Enter")
        self.assertEqual(self.cells(page)[0], "Customer 1")
        self.assertNotEqual(page.run("getComputedStyle(document.activeElement).outlineStyle"), "none")

    def test_names_are_only_names(self):
        text = "tenant_id,mailboxes,name\n" + "".join(
            '{}.example,{},"{}"\n'.format(chr(ord("a") + i), 2490 + 10000 * (i % 3), name.replace('"', '""')) for i, name in enumerate(NAMES))
        plain = self.open("tenant_id,mailboxes,name\na.example,2490,A\n")
        elements = "document.querySelectorAll('script, img, style, [onfocus], [onerror]').length"
        page = self.open(text, name="<b>it's &lt;.csv")
        self.assertEqual(page.run("typeof said"), "undefined")
        self.assertEqual(page.run(elements), plain.run(elements))
        shown = [name if "\u202e" not in name else name.replace("\u202e", "\\u202e") for name in NAMES]
        self.assertEqual(sorted(self.cells(page)), sorted(shown))
        # The list of those close to their next app is made by the program, not by a script.
        self.assertIn(NAMES[0], page.run("[...document.querySelectorAll('#distance ~ div td')].map(each => each.textContent)"))
        self.assertIn("plan '<b>it'\\''s &lt;.csv'", page.run("document.querySelector('ol').textContent"))

    def test_on_paper_it_is_light_and_has_all_rows(self):
        page = self.open(fleet(300), theme="dark")
        dark = page.run("Chart.defaults.color")
        sizes = "[...document.querySelectorAll('canvas')].map(each => [each.clientWidth, each.clientHeight])"
        on_screen = page.run(sizes)
        page.run("dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(len(self.cells(page)), 300)
        self.assertNotEqual(page.run("Chart.defaults.color"), dark)
        page.run("dispatchEvent(new Event('afterprint'))")
        self.assertEqual(len(self.cells(page)), 50)
        self.assertEqual(page.run("Chart.defaults.color"), dark)
        self.assertEqual(page.run(sizes), on_screen)
        self.assertTrue(page.printed().startswith(b"%PDF"))

    def test_its_words_need_no_script(self):
        self.open((EXAMPLES / "tenants.csv").read_bytes())
        page = self.browser.open(self.html, scripts=False)
        words = page.text()
        for part in ("147", "poolwright provision plan.json", "Société Générale", "need JavaScript"):
            self.assertIn(part, words)

    def test_what_there_is_nothing_of(self):
        for csv in ("tenant_id,mailboxes\n", "tenant_id,mailboxes\na.example,0\n", "tenant_id,mailboxes\na.example,1\n"):
            page = self.open(csv)
            self.assertIn("Capacity report", page.run("document.title"))

    def test_several_pools_of_a_tenant(self):
        page = self.open("tenant_id,mailboxes,workload\na.example,2500,\na.example,70,teams\n")
        self.assertEqual(self.cells(page, 2), ["exchange", "teams"])
        self.assertEqual(self.search(page, "teams"), "1 of 2")

    def test_ten_thousand_tenants(self):
        page = self.open(fleet(10_000))
        self.assertLess(self.html.stat().st_size, 4_000_000)
        self.assertLess(page.run("document.querySelectorAll('*').length"), 1500)
        self.assertEqual(self.search(page, "customer 9999"), "1 of 10,000")

    def test_a_hundred_thousand_tenants(self):
        page = self.open(fleet(100_000))
        # Only what is seen is drawn.
        self.assertLess(page.run("document.querySelectorAll('*').length"), 1500)
        self.assertEqual(self.search(page, "customer 99999"), "1 of 100,000")
        self.search(page, "customer")
        self.sort(page, "Tenant")
        self.assertEqual(self.cells(page)[0], "Customer 1")
        self.assertEqual(page.run("document.querySelector('#where').textContent"), "Page 1 of 2,000")

    def test_a_saved_plan_says_the_same(self):
        file = self.me.write("tenants.csv", fleet(30))
        plan = self.me.work / "plan.json"
        self.assertEnds(self.me.run("plan", file, "--save", plan), 0)
        of_csv = self.open(fleet(30)).run("document.getElementById('report-data').textContent")
        self.assertEnds(self.me.run("report", plan, "--html", self.html), 0)
        self.assertEqual(json.loads(self.look().run("document.getElementById('report-data').textContent")), json.loads(of_csv))
