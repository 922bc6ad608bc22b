#!/usr/bin/env python3
"""Runs README and docs as a new user would: the first command, then every line that a page shows, and
compares what is printed with what the page says. `…` in a page stands for anything, `> ` continues a
command, and a block that is marked with a file's name (```python client.py) is that file.

    deploy/tour.py [PROGRAM ...]      the first command; `cargo run --release` when it is left out

What a page needs that is not here (PostgreSQL's URL in LATCHKEY_TEST_POSTGRES_URL, Caddy) is said aloud,
and the page left out, unless LATCHKEY_TEST_REQUIRE names it.
"""

import gzip
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

# Each installation, and the pages that are walked in it, in this order.
WALKS = [["README.md"], ["docs/tours.md", "docs/operate.md"], ["docs/first-client.md"]]
# Pages that start the program themselves, and what they need: what a folder of that name in
# tests/fixtures holds lies there as `data` and in the database `community`.
BARE = {
    "docs/install.md": {"needs": []},
    "docs/https.md": {"needs": ["caddy"]},
    "docs/upgrade.md": {"needs": ["postgres"], "of": "4fd1a9a"},
    "docs/postgres.md": {"needs": ["postgres"]},
}
START_LIMIT_S = 900  # the first command compiles
COMMAND_LIMIT_S = 30
POSTGRES = os.environ.get("LATCHKEY_TEST_POSTGRES_URL")
REQUIRED = os.environ.get("LATCHKEY_TEST_REQUIRE", "").split(",")


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.S | re.M)


def files(text):
    """The files that a page shows: name and content."""
    return re.findall(r"^```\w+ (\S+)\n(.*?)^```$", text, re.S | re.M)


def commands(text):
    """The tour's commands, each with the output that the page shows below it."""
    for block in blocks(text, "console"):
        command, shown = None, []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command is not None:
                    yield command, shown
                command, shown = line[2:], []
            elif line.startswith("> ") and not shown:
                command += "\n" + line[2:]
            else:
                shown.append(line)
        if command is not None:
            yield command, shown


def matches(shown, printed):
    pattern = ".*".join(re.escape(part) for part in shown.split("…"))
    return re.fullmatch(pattern, printed) is not None


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for_link(log, server):
    """The lines that the first start prints, once the link is there."""
    limit = time.monotonic() + START_LIMIT_S
    while time.monotonic() < limit:
        with open(log, encoding="utf-8") as file:
            lines = file.read().splitlines()
        if any("/register?t=" in line for line in lines):
            return lines
        if server.poll() is not None:
            sys.exit("the first command has ended:\n" + "\n".join(lines))
        time.sleep(0.1)
    sys.exit("the first command has printed no link")


def path_to(program):
    """Where the tour finds `latchkey`."""
    built = os.path.join(os.environ.get("CARGO_TARGET_DIR", "target"), "release")
    folder = built if program[0] == "cargo" else os.path.dirname(program[0])
    return {"PATH": os.path.abspath(folder) + ":" + os.environ["PATH"]}


class Shell:
    """One bash for the whole tour; a marker line ends each command's output."""

    def __init__(self, folder, env):
        self.bash = subprocess.Popen(
            ["bash", "-m"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=env,
            text=True,
        )

    def run(self, command):
        marker = "--end-of-output--"
        limit = threading.Timer(COMMAND_LIMIT_S, self.bash.kill)
        limit.start()
        self.bash.stdin.write(f"{command}\necho; echo {marker}\n")
        self.bash.stdin.flush()
        lines = []
        for line in self.bash.stdout:
            if line.rstrip("\n") == marker:
                limit.cancel()
                return [line for line in lines if line]
            lines.append(line.rstrip("\n"))
        sys.exit(f"the shell has ended, or {COMMAND_LIMIT_S} s were over, at: {command}")

    def close(self):
        """Ends what was left running in the background."""
        if self.bash.poll() is None:
            self.bash.communicate("kill $(jobs -p); wait\n")


def main():
    program = sys.argv[1:] or ["cargo", "run", "--release"]
    pages = {page: read(page) for walk in [*WALKS, BARE] for page in walk}
    readme = pages[WALKS[0][0]]
    assert ["cargo run --release\n", "cargo test --workspace\n"] == [
        block for block in blocks(readme, "sh") if block.startswith("cargo")
    ], "the README's first two commands"
    shown = blocks(readme, "text")[0].splitlines()
    for walk in WALKS:
        with tempfile.TemporaryDirectory() as folder:
            installation(program, shown, folder, {page: pages[page] for page in walk})
            is_ignored(folder)
    for page, wants in BARE.items():
        missing = [what for what in wants["needs"] if not is_here(what)]
        if missing:
            print(f"SKIPPED {page}: no {missing[0]} is here", file=sys.stderr)
            if missing[0] in REQUIRED:
                sys.exit(f"{missing[0]} is required")
            continue
        with tempfile.TemporaryDirectory() as folder:
            begins_alone(page, pages[page], wants.get("of"), folder, path_to(program))
            is_ignored(folder)
    print("README and docs do what they say")


def is_here(what):
    return POSTGRES if what == "postgres" else shutil.which(what)


def is_ignored(folder):
    """Whoever walks a page in a checkout must not find the checkout changed."""
    left = subprocess.run(
        ["git", "check-ignore", "--no-index", "--verbose", "--non-matching", *os.listdir(folder)],
        capture_output=True,
        text=True,
    )
    seen = [line.split("\t")[1] for line in left.stdout.splitlines() if line.startswith("::\t")]
    if seen:
        sys.exit(f"git does not ignore what the pages leave behind: {', '.join(seen)}")


def read(page):
    with open(page, encoding="utf-8") as file:
        return file.read()


def installation(program, shown, folder, pages):
    """Starts the program in an empty folder, compares what the start prints, and walks the pages."""
    address = f"127.0.0.1:{free_port()}"
    env = os.environ | {
        "LATCHKEY_DATA_DIR": os.path.join(folder, "data"),
        "LATCHKEY_LISTEN": address,
        "LATCHKEY_INTERNAL_LISTEN": f"127.0.0.1:{free_port()}",
    }
    log = os.path.join(folder, "stdout.log")
    with open(log, "w", encoding="utf-8") as out:
        server = subprocess.Popen(program, stdout=out, env=env)
    try:
        started = wait_for_link(log, server)
        here = [line.replace("127.0.0.1:8080", address) for line in shown]
        compare("the first command", here, started)
        token = started[-1].split("t=", 1)[1]
        shell = Shell(folder, env | path_to(program) | {"TOKEN": token})
        for page, text in pages.items():
            print("==", page)
            walk(page, text.replace("127.0.0.1:8080", address), folder, shell)
        shell.close()
    finally:
        server.terminate()
        server.wait(30)


def begins_alone(page, text, release, folder, env):
    """Walks a page that starts the program itself."""
    listen = free_port()
    places = {
        "127.0.0.1:8080": f"127.0.0.1:{listen}",
        "localhost:8443": f"localhost:{free_port()}",
    }
    if POSTGRES:
        at = urllib.parse.urlsplit(POSTGRES)
        env |= {"PGHOST": at.hostname, "PGPORT": str(at.port), "PGUSER": at.username}
        places["postgres://latchkey@127.0.0.1:5432"] = f"{at.scheme}://{at.netloc}"
    for old, new in places.items():
        text = text.replace(old, new)
    env |= {
        "LATCHKEY_LISTEN": places["127.0.0.1:8080"],
        "LATCHKEY_INTERNAL_LISTEN": f"127.0.0.1:{free_port()}",
    }
    if release:
        leave(release, folder, env)
    shell = Shell(folder, os.environ | env)
    try:
        print("==", page)
        walk(page, text, folder, shell)
    finally:
        shell.close()


def leave(release, folder, env):
    """What that release has left behind."""
    source = os.path.join("tests/fixtures", release)
    data = os.path.join(folder, "data")
    os.mkdir(data, 0o700)
    for name in os.listdir(source):
        if name.endswith(".db.gz"):
            with gzip.open(os.path.join(source, name)) as packed:
                with open(os.path.join(data, name.removesuffix(".gz")), "wb") as file:
                    shutil.copyfileobj(packed, file)
    key = shutil.copy(os.path.join(source, "master.key"), data)
    os.chmod(key, 0o600)
    made = os.path.join(source, "postgres.sql")
    for command in [["createdb", "community"], ["psql", "-q", "-f", made, "community"]]:
        subprocess.run(command, env=os.environ | env, check=True, stdout=subprocess.DEVNULL)


def walk(page, text, folder, shell):
    for name, content in files(text):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(content)
    count = 0
    for command, shown in commands(text):
        if command.endswith("&"):
            # Give the stream time to be there before the next line is typed, as a person would.
            command += "\nsleep 1"
        compare(command, shown, shell.run(command))
        count += 1
    if count == 0:
        sys.exit(f"{page} shows no command any more")


def compare(command, shown, printed):
    print("$", command)
    if len(shown) != len(printed) or not all(map(matches, shown, printed)):
        sys.exit(
            "the page shows\n  "
            + "\n  ".join(shown)
            + "\nbut this is printed\n  "
            + "\n  ".join(printed)
        )


main()
