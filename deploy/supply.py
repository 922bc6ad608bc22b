#!/usr/bin/env python3
"""Where what we did not write comes from.

    supply.py ages             no locked release is younger than the days that a bad one takes to be noticed
    supply.py advisories DIR   no locked release has an advisory of the RustSec database in DIR
    supply.py sbom FILE        writes what the program is made of, as CycloneDX 1.6
    supply.py valid FILE       holds that against the published schema (needs cyclonedx-python-lib)

Asks nobody: ages stand in the index that cargo keeps, the rest in `Cargo.lock` and `cargo metadata`.
"""

import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tomllib

# Releases that were taken over are found and withdrawn within days.
DAYS = 14


def locked():
    """The packages of `Cargo.lock` that come from a registry."""
    with open("Cargo.lock", "rb") as file:
        packages = tomllib.load(file)["package"]
    return [package for package in packages if "source" in package]


def index_file(name):
    """Where the index keeps a package, by its layout of folders."""
    name = name.lower()
    if len(name) <= 2:
        return f"{len(name)}/{name}"
    if len(name) == 3:
        return f"3/{name[0]}/{name}"
    return f"{name[:2]}/{name[2:4]}/{name}"


def published(package, caches):
    """When the release came out, or None where the index does not say."""
    for cache in caches:
        file = cache / index_file(package["name"])
        if not file.exists():
            continue
        for line in file.read_bytes().split(b"\0"):
            if not line.startswith(b"{"):
                continue
            release = json.loads(line)
            if release["vers"] == package["version"] and release.get("pubtime"):
                return datetime.datetime.fromisoformat(release["pubtime"])
    return None


def ages():
    home = pathlib.Path(os.environ.get("CARGO_HOME", pathlib.Path.home() / ".cargo"))
    caches = list(home.glob("registry/index/*/.cache"))
    limit = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=DAYS)
    packages, bad = locked(), []
    for package in packages:
        at = published(package, caches)
        name = f"{package['name']} {package['version']}"
        if at is None:
            bad.append(f"{name}: the index does not say when it came out")
        elif at > limit:
            bad.append(f"{name}: came out {at:%Y-%m-%d}")
    if bad:
        sys.exit(f"releases younger than {DAYS} days:\n  " + "\n  ".join(bad))
    print(f"ages: {len(packages)} releases, none younger than {DAYS} days")


def precedence(version):
    """What versions are ordered by (semver.org, 11): a release comes behind what was before it."""
    core, _, before = version.split("+")[0].partition("-")
    numbers = [int(part) for part in core.split(".")]
    numbers += [0] * (3 - len(numbers))
    parts = [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in before.split(".")]
    return numbers, not before, parts if before else []


def meets(version, requirement):
    """Whether a version meets a requirement as advisories write it.

    >>> [meets("1.10.0", r) for r in (">= 1.9", "> 1.10.0", "< 2, >= 1.10", "^1.2", "^0.3", "=1.10.0", "1.11")]
    [True, False, True, True, False, True, False]
    >>> [meets(v, ">= 3.0.0-beta.9") for v in ("3.0.0-beta.8", "3.0.0-beta.10", "3.0.0", "2.9.9")]
    [False, True, True, False]
    >>> [meets("0.3.9", "^0.3.4"), meets("0.4.0", "^0.3.4"), meets("0.0.4", "^0.0.3")]
    [True, False, False]
    """
    for part in requirement.split(","):
        sign, bound = re.fullmatch(r"\s*(>=|<=|>|<|\^|=|)\s*(\S+)\s*", part).groups()
        is_at, than = precedence(version), precedence(bound)
        if sign in ("^", ""):
            numbers = than[0]
            first = next((nth for nth, n in enumerate(numbers) if n), len(numbers) - 1)
            end = [n + (nth == first) if nth <= first else 0 for nth, n in enumerate(numbers)]
            holds = than <= is_at and is_at[0] < end
        else:
            holds = {
                ">=": is_at >= than,
                "<=": is_at <= than,
                ">": is_at > than,
                "<": is_at < than,
                "=": is_at == than,
            }[sign]
        if not holds:
            return False
    return True


def advisories(folder):
    found, read = [], 0
    for package in locked():
        for file in sorted(pathlib.Path(folder, "crates", package["name"]).glob("*.md")):
            text = re.search(r"```toml\n(.*?)```", file.read_text(encoding="utf-8"), re.S)
            advisory = tomllib.loads(text.group(1))
            read += 1
            versions = advisory["versions"]
            safe = versions.get("patched", []) + versions.get("unaffected", [])
            is_safe = any(meets(package["version"], requirement) for requirement in safe)
            if not is_safe and "withdrawn" not in advisory["advisory"]:
                found.append(f"{package['name']} {package['version']}: {advisory['advisory']['id']}")
    if not read:
        sys.exit(f"{folder} has no advisory about anything that we use: is it the database?")
    if found:
        sys.exit("releases with an advisory:\n  " + "\n  ".join(found))
    print(f"advisories: {read} about packages that we use, none about these releases")


def purl(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def part(package, checksum):
    one = {
        "type": "library",
        "bom-ref": purl(package),
        "name": package["name"],
        "version": package["version"],
        "purl": purl(package),
    }
    if package["license"]:
        one["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    if checksum:
        one["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return one


def sbom(path):
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    metadata = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    sums = {(p["name"], p["version"]): p.get("checksum") for p in locked()}
    # What is compiled in or compiles it; what only tests need is not in the program.
    needs = {
        node["id"]: sorted(
            dep["pkg"]
            for dep in node["deps"]
            if any(kind["kind"] in (None, "build") for kind in dep["dep_kinds"])
        )
        for node in metadata["resolve"]["nodes"]
    }
    (program,) = (p["id"] for p in metadata["packages"] if p["name"] == "latchkey")
    inside, ahead = set(), [program]
    while ahead:
        one = ahead.pop()
        if one not in inside:
            inside.add(one)
            ahead += needs[one]
    parts = {
        one: part(packages[one], sums.get((packages[one]["name"], packages[one]["version"])))
        for one in sorted(inside)
    }
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": parts.pop(program) | {"type": "application"}},
        "components": list(parts.values()),
        "dependencies": [
            {"ref": purl(packages[one]), "dependsOn": [purl(packages[dep]) for dep in needs[one]]}
            for one in sorted(inside)
        ],
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)
    print(f"sbom: {len(parts)} parts in {path}")


def valid(path):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    with open(path, encoding="utf-8") as file:
        trouble = JsonStrictValidator(SchemaVersion.V1_6).validate_str(file.read())
    if trouble:
        sys.exit(f"{path}: {trouble}")
    print(f"valid: {path}")


if __name__ == "__main__":
    {"ages": ages, "advisories": advisories, "sbom": sbom, "valid": valid}[sys.argv[1]](*sys.argv[2:])
