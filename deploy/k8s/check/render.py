"""What an overlay comes to."""

import json
import shutil
import subprocess

import yaml

# Older ones do not know `resources` of another root with generators, or patches with targets.
OLDEST = (1, 27)


def missing():
    """Why overlays cannot be built here; None when they can."""
    if not shutil.which("kubectl"):
        return "kubectl is not installed (Debian's is too old to build these overlays)"
    ran = subprocess.run(
        ["kubectl", "version", "--client", "--output=json"], capture_output=True, text=True, check=False
    )
    try:
        version = json.loads(ran.stdout)["clientVersion"]
        number = (int(version["major"]), int(version["minor"].rstrip("+")))
    except (ValueError, KeyError):
        return f"kubectl does not tell its version: {ran.stderr.strip()}"
    return None if number >= OLDEST else f"kubectl {number} is older than {OLDEST}"


def overlay(folder):
    ran = subprocess.run(
        ["kubectl", "kustomize", str(folder)], capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise SystemExit(f"{folder}: {ran.stderr.strip()}")
    return [document for document in yaml.safe_load_all(ran.stdout) if document]
