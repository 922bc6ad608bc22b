"""Holds the manifests and the compose file together, as far as that can be done without a cluster:

    python3 deploy/k8s/check --bin target/debug

--bin is the folder with the binaries that the images hold. Needs PyYAML; kubernetes-validate for the
schemas; kubectl for everything but the compose file. What is missing is said aloud and left out,
unless --require names it (yaml, kubectl, schemas).
"""

import argparse
import pathlib
import subprocess
import sys

import compose
import network
import objects
import render
import schemas
import settings

ROOT = pathlib.Path(__file__).resolve().parents[3]
OVERLAYS = ["dev", "production", "gateway-api"]


def plan(binaries):
    """The services by name, each with those that it asks."""
    told = subprocess.run([binaries / "latchkey", "plan"], capture_output=True, text=True, check=True)
    lines = [line.split() for line in told.stdout.splitlines()]
    return {service: asked for service, *asked in lines}


def main():
    parser = argparse.ArgumentParser(description="checks manifests without a cluster")
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder with the binaries")
    parser.add_argument("--require", default="", help="what may not be missing, with commas")
    parser.add_argument("--gateway-api", type=pathlib.Path, help="folder with the Gateway API's CRDs")
    asked = parser.parse_args()
    # Each binary is started in a folder of its own, where a relative path means something else.
    binaries = asked.bin.resolve()
    required = set(filter(None, asked.require.split(",")))
    trouble = []

    def skip(what, why):
        print(f"SKIPPED {what}: {why}", file=sys.stderr)
        if what in required:
            trouble.append(f"{what} is required: {why}")

    services = plan(binaries)
    with settings.Secrets(binaries) as secrets:
        trouble += compose.check(ROOT, binaries, secrets, services)
        print("compose file: read")
        missing = render.missing()
        if missing:
            skip("kubectl", missing)
        else:
            for overlay in OVERLAYS:
                found = render.overlay(ROOT / "deploy/k8s/overlays" / overlay)
                house = objects.House(overlay, found, services)
                trouble += objects.check(house, secrets)
                trouble += network.check(house)
                trouble += settings.check(house, binaries, secrets)
                trouble += schemas.check(overlay, found, skip)
                trouble += schemas.check_gateway_api(overlay, found, asked.gateway_api, skip)
                print(f"overlay {overlay}: {len(found)} objects read")
    if trouble:
        sys.exit("\n".join(dict.fromkeys(trouble)))


main()
