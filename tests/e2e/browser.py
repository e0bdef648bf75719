"""Debian's Chromium, without a window, by its DevTools protocol over two pipes: nothing but Python's own library is needed.

    browser = Browser()
    page = browser.open(path)
    page.run("document.title")
    page.said       # what its console and its scripts' mistakes said
    page.asked_for  # every address that it asked for
    browser.end()

POOLWRIGHT_CHROMIUM names another program.
"""

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
import unittest

PATIENCE = 120  # seconds; only a browser that hangs meets it


def chromium():
    """The program, or None where there is none."""
    return os.environ.get("POOLWRIGHT_CHROMIUM") or shutil.which("chromium")


class Browser:
    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="poolwright-browser-")
        to_browser, self.requests = os.pipe()
        self.replies, from_browser = os.pipe()
        options = ["--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.profile}", "--no-first-run",
                   "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--hide-scrollbars",
                   "--force-color-profile=srgb"]
        # Its own sandbox refuses to work for root.
        if os.geteuid() == 0:
            options.append("--no-sandbox")
        # It reads from descriptor 3 and writes to 4.
        command = ["sh", "-c", f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "sh", chromium(), *options, "about:blank"]
        self.log = open(os.path.join(self.profile, "log"), "wb")
        self.process = subprocess.Popen(command, pass_fds=(to_browser, from_browser), stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)
        os.close(to_browser)
        os.close(from_browser)
        self.unread, self.number, self.pages = b"", 0, {}

    def end(self):
        with contextlib.suppress(Exception):
            self.ask("Browser.close")
            self.process.wait(10)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for descriptor in (self.requests, self.replies):
            os.close(descriptor)
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def message(self):
        """The next message of the browser."""
        end = time.monotonic() + PATIENCE
        while b"\0" not in self.unread:
            if not select.select([self.replies], [], [], max(0.0, end - time.monotonic()))[0]:
                raise AssertionError(f"the browser said nothing for {PATIENCE} s")
            piece = os.read(self.replies, 1 << 20)
            if not piece:
                self.log.flush()
                with open(self.log.name, errors="replace") as said:
                    raise AssertionError(f"the browser ended: {said.read()[-2000:]}")
            self.unread += piece
        text, self.unread = self.unread.split(b"\0", 1)
        return json.loads(text)

    def hear(self):
        """Takes one message; events go to their page."""
        message = self.message()
        if page := self.pages.get(message.get("sessionId")):
            page.note(message)
        return message

    def ask(self, method, session=None, **parameters):
        self.number += 1
        number = self.number
        request = {"id": number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        os.write(self.requests, json.dumps(request).encode() + b"\0")
        while (message := self.hear()).get("id") != number:
            pass
        if "error" in message:
            raise AssertionError(f"{method}: {message['error']}")
        return message["result"]

    def open(self, path, width=1280, height=900, theme="light", scripts=True):
        """A page of its own with that file or http address, when it has been loaded."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self.pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.ask(f"{domain}.enable")
        page.show_as(width, height, theme)
        page.ask("Emulation.setScriptExecutionDisabled", value=not scripts)
        page.ask("Page.navigate", url=path if str(path).startswith("http://") else f"file://{path}")
        while not page.is_loaded:
            self.hear()
        return page


class Page:
    def __init__(self, browser, session):
        self.browser, self.session = browser, session
        self.said, self.asked_for, self.is_loaded = [], [], False

    def note(self, message):
        method, parameters = message.get("method"), message.get("params", {})
        if method == "Page.loadEventFired":
            self.is_loaded = True
        elif method == "Network.requestWillBeSent":
            self.asked_for.append(parameters["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.said.append(parameters["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif method == "Runtime.consoleAPICalled":
            self.said.append(" ".join(str(each.get("value")) for each in parameters["args"]))
        elif method == "Log.entryAdded":
            self.said.append(parameters["entry"]["text"])
        elif method == "Page.javascriptDialogOpening":
            self.said.append(f"dialog: {parameters['message']}")

    def ask(self, method, **parameters):
        return self.browser.ask(method, self.session, **parameters)

    def run(self, script):
        """The value of a script; a promise is awaited."""
        outcome = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in outcome:
            raise AssertionError(f"{script}: {outcome['exceptionDetails']}")
        return outcome["result"].get("value")

    def reload(self):
        self.is_loaded = False
        self.ask("Page.reload")
        while not self.is_loaded:
            self.browser.hear()

    def wait_for(self, condition):
        """Until a script's condition holds; looked at with every frame."""
        self.run(f"new Promise(done => {{ const look = () => {condition} ? done() : requestAnimationFrame(look); look(); }})")

    def text(self):
        """All its words, also where no script may run."""
        root = self.ask("DOM.getDocument", depth=-1)["root"]
        nodes, words = [root], []
        while nodes:
            node = nodes.pop()
            words.append(node["nodeValue"])
            nodes += reversed(node.get("children", []))
        return " ".join(words)

    def show_as(self, width, height, theme):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])

    def type(self, text):
        self.ask("Input.insertText", text=text)

    def press(self, key):
        """Enter, Tab or ArrowRight, as on a keyboard."""
        code = {"Enter": 13, "Tab": 9, "ArrowRight": 39}[key]
        down = {"text": "\r"} if key == "Enter" else {}
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=code, **down)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=code)

    def picture(self, whole=True):
        """A PNG of the whole page, or of what is seen of it."""
        return base64.b64decode(self.ask("Page.captureScreenshot", captureBeyondViewport=whole)["data"])

    def printed(self):
        """A PDF on A4."""
        return base64.b64decode(self.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])


@unittest.skipUnless(chromium(), "there is no chromium")
class InBrowser:
    """For tests that share a browser, and are skipped where there is none (`examples/setup.sh all` installs it)."""

    may_be_skipped = True

    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.end)
