"""`provision --dashboard` in a browser, during a real run: it draws what happens without a word of complaint, in both themes, on narrow
and wide screens, takes names for names, and says how the run ended.
"""

import json
import urllib.parse

from browser import InBrowser
from harness import wait_until
from watched import Watched


class DashboardPage(InBrowser, Watched):
    def open(self, address, **settings):
        """The page, once it shows the run."""
        page = self.browser.open(address, **settings)
        page.wait_for("document.querySelector('#state').dataset.is === 'live' && document.querySelector('#figure-apps').textContent !== ''")
        return page

    def words(self, page, place):
        return page.run(f"document.querySelector({place!r}).innerText")

    def test_from_the_first_call_to_the_end(self):
        address = self.begin()
        page = self.open(address)
        self.assertIn("0 of 15", self.words(page, "#figure-apps"))
        self.assertIn("0 of 3", self.words(page, "#figure-tenants"))
        # The token is not in the address any more, for nobody to copy or look up.
        self.assertEqual(page.run("location.href"), urllib.parse.urljoin(address, "/"))
        self.go()
        page.wait_for("document.querySelector('#state').dataset.is === 'ended' && document.title.startsWith('15/15')")
        self.ends(1)
        self.assertIn("10 of 15 apps ready, 5 failed, 0 pending", self.words(page, "#state"))
        self.assertIn("15 of 15", self.words(page, "#figure-apps"))
        self.assertIn("2 of 3", self.words(page, "#figure-tenants"))
        self.assertEqual(page.run("[...document.querySelectorAll('#legend b')].map(each => each.textContent)"), ["0", "0", "2", "0", "1"])
        trouble = self.words(page, "#trouble")
        self.assertIn("Closed failed", trouble)
        self.assertIn("--credential auto", trouble)
        self.assertIn("(--credential", page.run("[...document.querySelectorAll('#trouble .word')].map(each => each.textContent)"))
        self.assertEqual(page.said, [])
        host = urllib.parse.urlsplit(address).netloc
        self.assertEqual({urllib.parse.urlsplit(each).netloc for each in page.asked_for}, {host})
        self.assertEqual([urllib.parse.urlsplit(each).path for each in page.asked_for], ["/", "/session", "/events"])

    def test_its_pictures_are_drawn_and_can_be_read(self):
        address = self.begin()
        page = self.open(address)
        inks = {}
        for theme in ("light", "dark"):
            page.show_as(1280, 900, theme)
            page.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            for place in ("#map", "#curve canvas", "#rate canvas"):
                drawn = page.run(f"""(() => {{
                    const canvas = document.querySelector({place!r});
                    return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter((value, at) => at % 4 === 3 && value > 0).length;
                }})()""")
                self.assertGreater(drawn, 500, place)
            inks[theme] = page.run("[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor, Chart.defaults.color]")
        for light, dark in zip(inks["light"], inks["dark"]):
            self.assertNotEqual(light, dark)
        page.run("document.querySelector('#curve summary').click(); new Promise(requestAnimationFrame)")
        self.assertEqual(page.run("[...document.querySelectorAll('#curve th')].slice(0, 3).map(each => each.textContent)"), ["After", "Apps done", "Forecast"])

    def test_a_square_is_filled_as_far_as_its_apps_are_ready(self):
        page = self.open(self.begin())
        tenants = [("open", 0, 4), ("working", 0, 4), ("working", 1, 4), ("working", 3, 4), ("pending", 2, 4), ("failed", 0, 4), ("ready", 4, 4)]
        told = [("run", {"tenants": [[f"T{i}", f"t{i}", apps] for i, (_, _, apps) in enumerate(tenants)], "planned": 28, "ready_before": 0,
                         "forecast": {"seconds": 10, "progress": []}, "quota": {"writes": 1, "window_seconds": 300, "identities": 1}}),
                ("news", {"seconds": 1, "counts": dict.fromkeys(("ready", "pending", "failed", "created", "replicating", "throttled", "writes", "calls"), 0),
                          "waits": [], "samples": [], "troubles": [], "all_troubles": 0, "changes": [[i, state, ready] for i, (state, ready, _) in enumerate(tenants)]})]
        # The page as it is, told of such a run.
        page.ask("Page.addScriptToEvaluateOnNewDocument", source=f"""window.EventSource = class {{
            addEventListener(name, take) {{ for (const [told, data] of {json.dumps(told)}) if (told === name) setTimeout(() => take({{ data: JSON.stringify(data) }})); }}
        }};""")
        page.reload()
        page.wait_for("document.querySelector('#chosen') && document.querySelectorAll('#legend b').length === 5 && document.querySelector('#map').height > 0")
        # Up a line left of the middle, within the frame and beside the marks: how much is not the ground.
        filled = page.run(f"""[...Array({len(tenants)}).keys()].map(i => {{
            const pixels = document.querySelector('#map').getContext('2d').getImageData(i * 28 + 3, 3, 1, 19).data;
            const ground = poolwright.colours().line.match(/[0-9a-f]{{2}}/g).map(each => parseInt(each, 16));
            return [...Array(19).keys()].filter(y => ground.some((each, c) => Math.abs(each - pixels[y * 4 + c]) > 3)).length;
        }})""")
        for (state, ready, apps), rows in zip(tenants, filled):
            expected = sum(y >= 25 - 25 * ready / apps for y in range(3, 22))
            self.assertAlmostEqual(rows, expected, delta=1, msg=f"{state}, {ready} of {apps}")
        # Each state has a picture of its own, also without its colour.
        pictures = page.run("""[...document.querySelectorAll('#legend canvas')].map(each => {
            const pixels = each.getContext('2d').getImageData(0, 0, each.width, each.height).data;
            const ground = poolwright.colours().line.match(/[0-9a-f]{2}/g).map(part => parseInt(part, 16));
            return Array.from({ length: pixels.length / 4 }, (_, at) => ground.every((part, c) => Math.abs(part - pixels[at * 4 + c]) < 4) ? 0 : 1).join('');
        })""")
        self.assertEqual(len(set(pictures)), 5)

    def test_it_fits_narrow_and_wide_screens(self):
        page = self.open(self.begin())
        for width in (360, 768, 1280, 1920):
            page.show_as(width, 900, "light")
            page.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            self.assertEqual(page.run("document.documentElement.scrollWidth"), width)

    def test_a_tenant_is_found_with_the_keyboard_and_is_only_a_name(self):
        page = self.open(self.begin())
        page.run("document.querySelector('#map').focus()")
        page.press("ArrowRight")
        self.assertEqual(self.words(page, "#chosen"), "Contoso: not begun, 0 of 5 apps ready")
        page.press("ArrowRight")
        self.assertIn("Fabrikam <script>", self.words(page, "#chosen"))
        self.assertEqual(page.run("document.querySelectorAll('script').length"), 3)

    def test_a_window_keeps_what_it_was_given(self):
        address = self.begin()
        page = self.open(address)
        page.reload()
        page.wait_for("document.querySelector('#state').dataset.is === 'live'")
        # Another window with the same address is told why it shows nothing.
        late = self.browser.open(address)
        late.wait_for("document.querySelector('#state').dataset.is === 'lost'")
        self.assertIn("has been used", self.words(late, "#state"))
        wait_until(lambda: self.addresses()[1:], "the next address is told", self.process)
        self.open(self.addresses()[1])

    def test_a_run_that_is_gone(self):
        page = self.open(self.begin())
        self.process.kill()
        self.process.wait()
        page.wait_for("document.querySelector('#state').dataset.is === 'lost'")
        self.assertIn("poolwright status", self.words(page, "#state"))
