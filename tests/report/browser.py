"""A browser for tests: Debian's chromium, spoken to through a pipe with the standard library."""

import base64
import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
"""Where it is; None where there is none."""


_START = (  # the browser reads from 3 and writes to 4
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); "
    "os.execv(sys.argv[3], sys.argv[3:])"
)


class Browser:
    """A browser without a window; its messages are JSON with a zero byte behind each."""

    def __init__(self, profile):
        """Start it with a profile of its own."""
        to_read, self._out = os.pipe()
        self._in, to_write = os.pipe()
        command = [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-dev-shm-usage", "--remote-debugging-pipe", f"--user-data-dir={profile}",
        ]  # fmt: skip
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_read, to_write)]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *map(str, ends), *command],
            pass_fds=ends,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in (to_read, to_write, *ends):
            os.close(end)
        self._number, self._rest, self.events = 0, b"", []

    def close(self):
        """End it."""
        self.call("Browser.close")
        self._process.wait(20)
        os.close(self._in)
        os.close(self._out)

    def call(self, method, session=None, /, **settings):
        """Send a command and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": settings}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._number:
                if "error" in told:
                    raise RuntimeError(f"{method}: {told['error']}")
                return told.get("result", {})
            self.events.append(told)

    def _next(self):
        while b"\0" not in self._rest:
            read = os.read(self._in, 1 << 20)
            if not read:
                raise RuntimeError("the browser ended")
            self._rest += read
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def open(self, path, *, width=1280, height=900, scripts=True):
        """Open a file in a new tab."""
        return Tab(self, path, width=width, height=height, scripts=scripts)


class Tab:
    """One page, with all that it asked for and complained about."""

    def __init__(self, browser, path, *, width, height, scripts):
        """Load a file and wait for it."""
        self._browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.address = Path(path).resolve().as_uri()
        self.call("Page.navigate", url=self.address)
        self.wait(lambda: "Page.loadEventFired" in [told["method"] for told in self._told()])

    def call(self, method, /, **settings):
        """Send a command to this page."""
        return self._browser.call(method, self._session, **settings)

    def _told(self):
        self._browser.call("Target.getTargets")  # fetches what waits
        return [told for told in self._browser.events if told.get("sessionId") == self._session]

    def wait(self, is_done, seconds=30):
        """Wait until something holds."""
        end = time.monotonic() + seconds
        while not is_done():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.02)

    def run(self, script):
        """Evaluate a script and return its value; works where the page's own scripts do not."""
        told = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def press(self, key):
        """Press and release a key."""
        code = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowRight": 39}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key,
                windowsVirtualKeyCode=code, **text,
            )  # fmt: skip

    def click(self, query, place=0):
        """Click the middle of an element as a mouse does."""
        spot = self.run(
            f"(() => {{ const one = document.querySelectorAll({query!r})[{place}];"
            "one.scrollIntoView({block: 'center'}); const box = one.getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call(
                "Input.dispatchMouseEvent", type=kind, x=spot[0], y=spot[1], button="left",
                clickCount=1,
            )  # fmt: skip

    def complaints(self):
        """Give what the console, the security policy or a script complained about."""
        kinds = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        return [told for told in self._told() if told["method"] in kinds]

    def requests(self):
        """Give the addresses that were asked for, but that of the page itself."""
        asked = [
            told["params"]["request"]["url"]
            for told in self._told()
            if told["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in asked if url.partition("#")[0] != self.address]

    def pdf(self, path):
        """Print to a file, A4."""
        told = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        Path(path).write_bytes(base64.b64decode(told["data"]))

    def picture(self, path):
        """Write what is seen to a file."""
        told = self.call("Page.captureScreenshot")
        Path(path).write_bytes(base64.b64decode(told["data"]))
