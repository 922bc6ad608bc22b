"""What containers are told, against what the binaries understand: each is asked with exactly the
environment of its container, and refuses an unknown variable or a value that does not fit."""

import os
import pathlib
import shutil
import subprocess
import tempfile

from objects import pod, secrets_of, settings_of

# Where the containers find their secrets.
MOUNT = "/run/latchkey"


class Secrets:
    """A folder made by `latchkey secrets`: what the secrets that the manifests name will hold."""

    def __init__(self, binaries):
        self.binaries = binaries

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        subprocess.run(
            [self.binaries / "latchkey", "secrets", "--dir", self.folder, "--postgres", "postgres:5432"],
            check=True,
            capture_output=True,
        )
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def keys(self, name):
        """The keys of the secret that is made of a folder, and of `peers` in it."""
        folders = [self.folder / name, self.folder / name / "peers"]
        return {path.name for folder in folders if folder.is_dir() for path in folder.iterdir() if path.is_file()}


def key_trouble(plan, who, environment, folder):
    """The operator's key lies where commands are run, and its hash with the services."""
    told = {name for name in environment if name.startswith("LATCHKEY_OPERATOR_KEY")}
    if who == "operator":
        wanted = {"LATCHKEY_OPERATOR_KEY_FILE"}
    elif who in plan:
        wanted = {"LATCHKEY_OPERATOR_KEY_HASH_FILE"}
    else:
        wanted = set()
    if told != wanted:
        yield f"must be told {sorted(wanted) or 'nothing'} of the operator's key, not {sorted(told)}"
    if who != "operator" and "operator.key" in os.listdir(folder):
        yield "has the operator's key in its folder"


def refusal(binaries, name, environment, folder):
    """What a binary says to this environment; None when it is content."""
    binary = binaries / name
    if not binary.exists():
        return f"there is no binary {binary}"
    told = {key: str(value).replace(MOUNT, str(folder)) for key, value in environment.items()}
    ran = subprocess.run(
        [binary, "config"], env=told, cwd=folder, capture_output=True, text=True, check=False
    )
    return None if ran.returncode == 0 else f"refuses its environment: {ran.stderr.strip()}"


def check(house, binaries, secrets):
    trouble = []
    for workload in house.workloads():
        for container in pod(workload)["containers"]:
            if "latchkey-" not in container["image"]:
                continue
            environment = settings_of(house, container)
            for variable in container.get("env", []):
                if "valueFrom" in variable:
                    environment[variable["name"]] = "1"
            name = secrets_of(workload)
            folder = secrets.folder / name
            # Every image holds the operator's command beside its service.
            started = container.get("command", [binary_of(container["image"])])[0]
            said = refusal(binaries, started, environment, folder)
            if said:
                trouble.append(house.say(workload, said))
            trouble += [house.say(workload, said) for said in key_trouble(house.plan, name, environment, folder)]
    return trouble


def binary_of(image):
    """The binary that an image starts."""
    return image.rsplit("/", 1)[-1].split(":")[0]
