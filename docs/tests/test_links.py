"""Does every link of the pages lead somewhere, and can every page be found?"""

import re

import pytest

import console

ROOT = console.HERE.parent
PAGES = sorted([ROOT / "README.md", *console.HERE.glob("**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+(?:\([^)\s]*\))?[^)\s]*)\)")


def anchors(path):
    """Of each heading, as GitHub makes them."""
    text = re.sub(r"(?ms)^```.*?^```$", "", path.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            for heading in re.findall(r"(?m)^#+ (.*)$", text)}


def links(path):
    text = re.sub(r"(?ms)^```.*?^```$", "", path.read_text("utf-8"))
    return [link for link in LINK.findall(text) if not link.startswith(("http:", "https:"))]


@pytest.mark.parametrize("path", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_links_lead_somewhere(path):
    for link in links(path):
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), f"{link}: there is no such file"
        assert not anchor or anchor in anchors(target), f"{link}: there is no such heading"


def test_every_page_is_reached_from_the_readme():
    reached, new = set(), {ROOT / "README.md"}
    while new:
        reached |= new
        new = {(page.parent / link.partition("#")[0]).resolve() for page in new
               for link in links(page) if link.partition("#")[0].endswith(".md")} - reached
        new &= set(PAGES)
    assert {p for p in PAGES if p not in reached} == set()


def test_pages_can_be_read_in_one_sitting():
    for path in PAGES:
        if path.parent.name != "reference" and path.name != "servers.md":    # those are looked up
            assert len(path.read_text("utf-8").splitlines()) <= 320, path
