"""How does a test see a page as a person does?  In Chromium, without a screen; it is skipped where
there is none.  Every wait is for something the page says, with a deadline."""

import json
import pathlib
import shutil

import pytest

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
DEADLINE = 120  # seconds: an instrumented or busy machine is slow


def is_missing():
    """What is, or None."""
    for program in (CHROMIUM, DRIVER):
        if not shutil.which(program):
            return f"{program} is missing: apt-get install chromium chromium-driver"
    try:
        import selenium  # noqa: F401
    except ImportError:
        return "selenium is missing: apt-get install python3-selenium"
    return None


class Browser:
    def __init__(self, profile):
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for argument in (
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--window-size=1400,1000",
            f"--user-data-dir={profile}",
        ):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service(DRIVER), options=options)
        self.driver.set_script_timeout(DEADLINE)

    def close(self):
        self.driver.quit()

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait(self, script, *arguments):
        """Until the expression is true; returns what it is then."""
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.driver, DEADLINE, 0.05).until(
            lambda driver: driver.execute_script(f"return {script}", *arguments), script
        )

    def open(self, page, fragment=""):
        """A page, drawn; complaints of the ones before are forgotten."""
        self.driver.get("about:blank")
        self.complaints()
        self.driver.get(pathlib.Path(page).resolve().as_uri() + fragment)
        self.wait(
            "document.documentElement.dataset.ready || "
            "document.getElementById('loading')?.textContent.startsWith('This page could not')"
        )
        assert self.complaints() == []
        return self

    def complaints(self):
        return [line["message"] for line in self.driver.get_log("browser")]

    def state(self):
        """What the page says it has drawn: counts of requests."""
        return {
            key: int(value)
            for key, value in json.loads(
                self.run("return JSON.stringify(document.documentElement.dataset)")
            ).items()
            if key in ("total", "lost", "single", "binned", "picked")
        }

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0])?.innerText", selector)

    def texts(self, selector):
        return self.run(
            "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector
        )

    def count(self, selector):
        return self.run("return document.querySelectorAll(arguments[0]).length", selector)

    def click(self, selector):
        self.run("document.querySelector(arguments[0]).click()", selector)

    def press(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains

        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def focused(self):
        """(where it is, its text)."""
        return tuple(
            self.run(
                "const e = document.activeElement;"
                "return [e.closest('section')?.id || '', e.textContent]"
            )
        )


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    if is_missing():
        pytest.skip(is_missing())
    one = Browser(tmp_path_factory.mktemp("profile"))
    yield one
    one.close()
