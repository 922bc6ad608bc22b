#!/usr/bin/env python3
"""Holds the licence of every dependency against `licenses.allow` in deny.toml.

Reads the output of `cargo metadata` on standard input, so that nothing needs to be installed for it.
"""

import json
import re
import sys


def allowed_licences(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    table = re.search(r"^\[licenses\]\s*allow = \[(.*?)\]", text, re.S | re.M)
    if not table:
        sys.exit(f"{path} has no list licenses.allow")
    return set(re.findall(r'"([^"]+)"', table.group(1)))


def is_allowed(expression, allowed):
    """Evaluates an SPDX expression; `A/B` is the old way to write `A OR B`."""
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))
    place = 0

    def peek():
        return tokens[place] if place < len(tokens) else None

    def take():
        nonlocal place
        place += 1
        return tokens[place - 1]

    def one():
        if peek() == "(":
            take()
            value = any_of()
            take()
            return value
        name = take()
        if peek() == "WITH":
            take()
            name = f"{name} WITH {take()}"
        return name in allowed

    def all_of():
        value = one()
        while peek() == "AND":
            take()
            value = one() and value
        return value

    def any_of():
        value = all_of()
        while peek() == "OR":
            take()
            value = all_of() or value
        return value

    return any_of()


def main():
    allowed = allowed_licences("deny.toml")
    packages = json.load(sys.stdin)["packages"]
    bad = [
        f"{package['name']} {package['version']}: {package['license']}"
        for package in packages
        if not package["license"] or not is_allowed(package["license"], allowed)
    ]
    if bad:
        sys.exit("licences that deny.toml does not allow:\n  " + "\n  ".join(bad))
    print(f"licences: {len(packages)} packages, all allowed")


main()
