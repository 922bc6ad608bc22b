#!/usr/bin/env python3
"""Who may use whom: between the rooms of a service, and between the files of a crate.

A file uses the module that a path of it names: in a `use` or in the code, from `crate`, `super`, `self`, or
from a module that the file declares. Of a path the longest part that is a file counts, so that whoever takes
a name from a `mod.rs` that only hands it on uses that `mod.rs`. To declare a module and name it, or to hand
on names of it with `pub use`, is a use of it like any other.

Rooms: a service's room uses no other than [`ROOMS`] says. The root may use all of them, and a room that
stands nowhere in the list is refused, so that whoever adds one says what it is for.

Circles: no two files use each other, neither directly nor around a corner. One kind of use is left out: what
a file takes from a module that it stands in (`super::App`), because there it is at home. A parent that works
with its child may so be named by it; a circle is found as soon as the way back leads through a third file.

Product code only: `#[cfg(test)]` is left out. Between crates Cargo allows no circle.

Length: no file, tests included, is longer than [`MOST_LINES`]: one that is has two rooms, which become two
files.
"""

import re
import sys
from pathlib import Path

# Comments, then texts and characters, in which nothing is a path. A lifetime is no character.
NOT_CODE = re.compile(
    r"""//[^\n]* | /\*.*?\*/
      | b?r(?P<hashes>\#*)".*?"(?P=hashes) | b?"(?:\\.|[^"\\])*" | b?'(?:\\[^\n]+?|[^'\\\n])'""",
    re.S | re.X,
)
# What is read of the code: braces, modules with a body, and paths, with the tree that a `use` opens.
WORD = re.compile(
    r"""(?P<mod>\bmod\s+(?P<name>\w+)\s*\{) | (?P<brace>[{}])
      | \buse\s+(?P<use>[^;]+); | (?<![\w:$])(?P<path>\w+(?:::\w+)+)""",
    re.X,
)
# What each room of a service may use. `live` is the streams of channels, `discord` the client of Discord's
# REST API: both are tools of the use cases. A contract has the words of what a stream tells, so that `http`
# knows the types of `live`; the streams themselves it reaches by a use case alone.
ROOMS = {
    "domain": set(),
    "settings": {"domain"},
    "store": {"domain"},
    "live": {"store", "domain", "settings"},
    "discord": {"domain", "settings"},
    "app": {"live", "discord", "store", "domain", "settings"},
    "http": {"app", "live", "domain"},
    "internal": {"app", "domain"},
    "operator": {"app", "domain"},
    "jobs": {"app", "live"},
    "doctor": {"discord", "settings"},
}
MOST_LINES = 330
TEST_ONLY = re.compile(r"#\[cfg\(test\)\]\s*(?:#\[[^\]]*\]\s*)*")


def code_of(text):
    """The text without comments, literals and what is compiled for tests alone."""
    text = NOT_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    while found := TEST_ONLY.search(text):
        end = end_of_item(text, found.end())
        text = text[: found.start()] + re.sub(r"[^\n]", " ", text[found.start() : end]) + text[end:]
    return text


def end_of_item(text, start):
    """Behind the item's semicolon or closing brace, whichever is first outside of its own braces."""
    depth = 0
    for place in range(start, len(text)):
        if text[place] == "{":
            depth += 1
        elif text[place] == "}":
            depth -= 1
            if depth <= 0:
                return place + 1
        elif text[place] == ";" and depth == 0:
            return place + 1
    return len(text)


def leaves(tree):
    """The single paths of what stands behind `use`."""
    tree = re.sub(r"\s+as\s+\w+", "", tree)
    tree = re.sub(r"\s", "", tree)
    head, brace, rest = tree.partition("{")
    if not brace:
        yield head
        return
    depth, part = 0, ""
    for letter in rest:
        if letter in ",}" and depth == 0:
            if part:
                yield from leaves(head + part)
            part = ""
        else:
            depth += {"{": 1, "}": -1}.get(letter, 0)
            part += letter


def modules_of(source):
    """The files of a crate by module path. Of a package with a library and a program the library counts."""
    root = source / "lib.rs" if (source / "lib.rs").exists() else source / "main.rs"
    modules = {(): root}
    todo = [()]
    while todo:
        module = todo.pop()
        file = modules[module]
        folder = file.parent if file == root or file.name == "mod.rs" else file.with_suffix("")
        for name in re.findall(r"^\s*(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+);", code_of(file.read_text()), re.M):
            for child in (folder / f"{name}.rs", folder / name / "mod.rs"):
                if child.exists():
                    modules[(*module, name)] = child
                    todo.append((*module, name))
    return modules


def uses_of(module, modules):
    """Which modules a file uses, each with the line that says so first."""
    code = code_of(modules[module].read_text())
    inside, depth, used = [], 0, {}
    for word in WORD.finditer(code):
        if word["mod"]:
            depth += 1
            inside.append((depth, word["name"]))
        elif word["brace"] == "{":
            depth += 1
        elif word["brace"] == "}":
            if inside and inside[-1][0] == depth:
                inside.pop()
            depth -= 1
        else:
            here = (*module, *(name for _, name in inside))
            line = code.count("\n", 0, word.start()) + 1
            for path in leaves(word["use"]) if word["use"] else [word["path"]]:
                other = target(path.split("::"), here, modules)
                if other is not None and other != module[: len(other)]:
                    used.setdefault(other, line)
    return used


def target(path, here, modules):
    """The module that a path names, if it is one of this crate."""
    if path[0] == "crate":
        full = path[1:]
    elif path[0] in ("super", "self") or (*here, path[0]) in modules:
        full = list(here)
        while path and path[0] in ("super", "self"):
            if path[0] == "super":
                full = full[:-1]
            path = path[1:]
        full += path
    else:
        return None
    while tuple(full) not in modules:
        full = full[:-1]
    return tuple(full)


def circles(uses):
    """The groups in which every module leads to every other (Tarjan's algorithm, without recursion)."""
    order, low, path, on_path, found = {}, {}, [], set(), []
    for start in uses:
        if start in order:
            continue
        order[start] = low[start] = len(order)
        path.append(start)
        on_path.add(start)
        calls = [(start, iter(uses[start]))]
        while calls:
            module, rest = calls[-1]
            other = next(rest, None)
            if other is None:
                calls.pop()
                if calls:
                    caller = calls[-1][0]
                    low[caller] = min(low[caller], low[module])
                if low[module] == order[module]:
                    group = path[path.index(module) :]
                    del path[path.index(module) :]
                    on_path.difference_update(group)
                    if len(group) > 1:
                        found.append(group)
            elif other not in order:
                order[other] = low[other] = len(order)
                path.append(other)
                on_path.add(other)
                calls.append((other, iter(uses[other])))
            elif other in on_path:
                low[module] = min(low[module], order[other])
    return found


def trespasses(uses, modules):
    """The uses between rooms that the plan does not have."""
    for module in sorted(uses):
        if not module:
            continue
        if module[0] not in ROOMS:
            yield f"{modules[module]} is in no room of the plan"
            continue
        for other, line in sorted(uses[module].items()):
            if other and other[0] != module[0] and other[0] not in ROOMS[module[0]]:
                yield f"{modules[module]}:{line}: {module[0]} may not use {other[0]} ({modules[other]})"


def too_long():
    """The files that are longer than the plan allows, and those that need no exception any more."""
    files = [file for place in ("crates", "services", "tests") for file in Path(place).rglob("*.rs")]
    lines = {str(file): file.read_text().count("\n") for file in sorted(files)}
    for file, count in lines.items():
        if count > MOST_LINES:
            yield f"{file} has {count} lines, and {MOST_LINES} are the most: split it by room"


def main():
    sources = sorted(Path().glob("crates/*/src")) + sorted(Path().glob("services/*/src"))
    files, told = 0, list(too_long())
    for source in sources:
        modules = modules_of(source)
        files += len(modules)
        uses = {module: uses_of(module, modules) for module in modules}
        if source.parts[0] == "services":
            told += trespasses(uses, modules)
        for group in circles(uses):
            told.append(f"{len(group)} files of {source.parent} use each other:")
            for module in sorted(group):
                told += [
                    f"  {modules[module]}:{line} uses {modules[other]}"
                    for other, line in sorted(uses[module].items())
                    if other in group
                ]
    if told or not files:
        sys.exit("\n".join(told) or "no source was found")
    print(f"{files} files in {len(sources)} crates keep to the plan")


main()
