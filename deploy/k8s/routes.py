#!/usr/bin/env python3
"""Prints the HTTPRoutes of the table that HAProxy reads (deploy/gateway/routes.map), so that paths
stand in one place:

    deploy/k8s/routes.py >deploy/k8s/overlays/gateway-api/routes.yaml

check.py holds the file against what this prints.
"""

import pathlib
import sys

TABLE = pathlib.Path(__file__).parent.parent / "gateway" / "routes.map"
# What one rule may hold, by the schema.
MATCHES = 64
# Answers that never end: the services bound every other one themselves.
STREAM = "/api/user/listener"


def table():
    """Service -> list of (match type, path), in the table's order."""
    found = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        path, service = line.split()
        if path.endswith("$"):
            match = ("Exact", path[:-1])
        elif path.endswith("/"):
            # A prefix goes by whole parts of a path here, so `/n/` is `/n` and what is below it.
            match = ("PathPrefix", path.rstrip("/"))
        else:
            sys.exit(f"{TABLE}: {path} ends within a part of a path, which no HTTPRoute can say")
        found.setdefault(service, []).append(match)
    return found


def rule(service, matches, timeout=None):
    lines = ["    - matches:"]
    lines += [f'        - path: {{type: {kind}, value: "{path}"}}' for kind, path in matches]
    if timeout:
        lines.append(f"      timeouts: {{request: {timeout}}}")
    lines.append("      backendRefs:")
    lines.append(f"        - {{name: {service}, port: 8080}}")
    return lines


def route(service, matches):
    lines = [
        "apiVersion: gateway.networking.k8s.io/v1",
        "kind: HTTPRoute",
        "metadata:",
        f"  name: {service}",
        "spec:",
        "  parentRefs:",
        "    - {name: latchkey, sectionName: https}",
        "  hostnames: [latchkey.example]",
        "  rules:",
    ]
    streams = [match for match in matches if match[1] == STREAM]
    others = [match for match in matches if match[1] != STREAM]
    if streams:
        lines += rule(service, streams, "0s")
    for start in range(0, len(others), MATCHES):
        lines += rule(service, others[start : start + MATCHES])
    return "\n".join(lines)


def routes():
    head = "# Made by deploy/k8s/routes.py of deploy/gateway/routes.map.\n"
    return head + "\n---\n".join(route(*entry) for entry in table().items()) + "\n"


if __name__ == "__main__":
    print(routes(), end="")
