#!/usr/bin/env python3
"""Runs programs that use generated clients against a Latchkey of their own, one after the other.

    deploy/clients/run.py target/debug/latchkey PROGRAM [PROGRAM ...]

Each PROGRAM is a command line. It finds where to call in LATCHKEY_URL, an API token that may read and write
invitations in LATCHKEY_TOKEN, the name of whoever the token is of in LATCHKEY_NAME, and the id of a channel of
theirs in LATCHKEY_CHANNEL. One that fails is the end.
"""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

START_LIMIT_S = 30
PROGRAM_LIMIT_S = 120
PASSWORD = "correct horse"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for_token(log, server):
    """What opens the first account, once the start has printed it."""
    limit = time.monotonic() + START_LIMIT_S
    while time.monotonic() < limit:
        with open(log, encoding="utf-8") as file:
            text = file.read()
        found = re.search(r"/register\?t=(\S+)", text)
        if found:
            return urllib.request.unquote(found[1])
        if server.poll() is not None:
            sys.exit("latchkey has ended:\n" + text)
        time.sleep(0.05)
    sys.exit("latchkey has printed no link")


def ask(url, body, cookie=""):
    """What is answered, and the session that came with it."""
    headers = {"Content-Type": "application/json", "Cookie": cookie}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        session = answer.headers.get("Set-Cookie", "").split(";")[0]
        return json.load(answer), session


def first_account(url, token):
    """The environment of the programs."""
    name = "alice"
    account = {"username": name, "password": PASSWORD, "inviteToken": token}
    ask(f"{url}/api/user/create", account)
    _, cookie = ask(f"{url}/api/user/login", {"username": name, "password": PASSWORD})
    scopes = ["invitation:read", "invitation:write"]
    made, _ = ask(f"{url}/api/user/tokens", {"name": "client", "scopes": scopes}, cookie)
    wish = {"channelName": "Shed", "channelType": "private"}
    channel, _ = ask(f"{url}/api/channel/create", wish, cookie)
    return {
        "LATCHKEY_URL": url,
        "LATCHKEY_TOKEN": made["token"],
        "LATCHKEY_NAME": name,
        "LATCHKEY_CHANNEL": f"chn_{channel['channelId']}",
    }


def main():
    latchkey, programs = sys.argv[1], sys.argv[2:]
    if not programs:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        port, internal = free_port(), free_port()
        url, log = f"http://127.0.0.1:{port}", os.path.join(folder, "log")
        env = {
            "LATCHKEY_DATA_DIR": os.path.join(folder, "data"),
            "LATCHKEY_LISTEN": f"127.0.0.1:{port}",
            "LATCHKEY_INTERNAL_LISTEN": f"127.0.0.1:{internal}",
            "LATCHKEY_PUBLIC_URL": url,
        }
        with open(log, "w", encoding="utf-8") as file:
            server = subprocess.Popen(
                [latchkey, "serve"], env=os.environ | env, stdout=file, stderr=file
            )
        try:
            env = os.environ | first_account(url, wait_for_token(log, server))
            for program in programs:
                began = time.monotonic()
                done = subprocess.run(shlex.split(program), env=env, timeout=PROGRAM_LIMIT_S)
                if done.returncode != 0:
                    sys.exit(f"{program} has failed")
                print(f"{program}: {time.monotonic() - began:.1f} s")
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
