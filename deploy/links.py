#!/usr/bin/env python3
"""Every relative link in a page of this repository leads to a file, and to a heading where it names one."""

import re
import subprocess
import sys
from pathlib import Path


def anchors(page):
    """The headings of a page as a browser addresses them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def main():
    listed = subprocess.run(["git", "ls-files", "*.md"], check=True, capture_output=True, text=True)
    pages = [Path(name) for name in listed.stdout.splitlines()]
    links, broken = 0, []
    for page in pages:
        for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:", link):
                continue
            links += 1
            path, _, anchor = link.partition("#")
            target = page.parent / path if path else page
            if not target.exists():
                broken.append(f"{page}: {link} leads nowhere")
            elif anchor and anchor not in anchors(target):
                broken.append(f"{page}: {link} names no heading of {target}")
    if broken or not links:
        sys.exit("\n".join(broken) or "no link was found")
    print(f"{links} links in {len(pages)} pages lead somewhere")


main()
