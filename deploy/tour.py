#!/usr/bin/env python3
"""Runs README and docs as a new user would: the first command, then every line that a page shows, and
compares what is printed with what the page says. `…` in a page stands for anything.

    deploy/tour.py [PROGRAM ...]      the first command; `cargo run --release` when it is left out
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time

# Each installation, and the pages that are walked in it, in this order.
WALKS = [["README.md"], ["docs/tours.md", "docs/operate.md"]]
START_LIMIT_S = 900  # the first command compiles
COMMAND_LIMIT_S = 30


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.S | re.M)


def commands(text):
    """The tour's commands, each with the output that the README shows below it."""
    for block in blocks(text, "console"):
        command, shown = None, []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command is not None:
                    yield command, shown
                command, shown = line[2:], []
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
        self.bash.stdin.write(f"{command}\necho; echo {marker}\n")
        self.bash.stdin.flush()
        lines = []
        for line in self.bash.stdout:
            if line.rstrip("\n") == marker:
                return [line for line in lines if line]
            lines.append(line.rstrip("\n"))
        sys.exit(f"the shell has ended at: {command}")


def main():
    program = sys.argv[1:] or ["cargo", "run", "--release"]
    pages = {page: read(page) for walk in WALKS for page in walk}
    readme = pages[WALKS[0][0]]
    assert ["cargo run --release\n", "cargo test --workspace\n"] == [
        block for block in blocks(readme, "sh") if block.startswith("cargo")
    ], "the README's first two commands"
    shown = blocks(readme, "text")[0].splitlines()
    for walk in WALKS:
        with tempfile.TemporaryDirectory() as folder:
            installation(program, shown, folder, {page: pages[page] for page in walk})
    print("README and docs do what they say")


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
            walk(page, text.replace("127.0.0.1:8080", address), shell)
    finally:
        server.terminate()
        server.wait(30)


def walk(page, text, shell):
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
