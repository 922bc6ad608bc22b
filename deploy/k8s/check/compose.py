"""The compose files: what every container is denied, who mounts which secrets, and the environment of
each service against its binary."""

import re

import yaml

from settings import binary_of, key_trouble, refusal


def check(root, binaries, secrets, plan):
    text = (root / "docker-compose.yml").read_text(encoding="utf-8")
    services = yaml.safe_load(text)["services"]
    trouble = []
    for name in plan:
        missing = {name, f"{name}-migrations"} - set(services)
        trouble += [f"compose: {one} of the plan is missing" for one in sorted(missing)]
    mounts = {}
    for name, service in services.items():
        trouble += [f"compose: {name}: {said}" for said in denied(name, service, "gateway")]
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("secrets-") and name != "secrets":
                mounts.setdefault(source, []).append(name)
        environment = service.get("environment", {})
        if str(service.get("image", "")).startswith("latchkey-") and name != "secrets":
            known = {key: plain(str(value)) for key, value in environment.items()}
            known.pop("LATCHKEY_DISCORD__BOT_TOKEN_FILE", None)
            folder = secrets.folder / name
            # Every image holds the operator's command beside its service.
            started = service.get("entrypoint", [binary_of(plain(service["image"]))])[0]
            said = refusal(binaries, started, known, folder)
            if said:
                trouble.append(f"compose: {name}: {said}")
            trouble += [f"compose: {name}: {said}" for said in key_trouble(plan, name, known, folder)]
    known = (root / "deploy/gateway/haproxy.cfg").read_text(encoding="utf-8")
    for setting in services["gateway"]["environment"]:
        if f"${{{setting}" not in known:
            trouble.append(f"compose: gateway: {setting} is no setting of haproxy.cfg")
    for source, who in mounts.items():
        if who != [source.removeprefix("secrets-")]:
            trouble.append(f"compose: {source} is mounted by {who}")
    return trouble + one_process(root, binaries, secrets)


def one_process(root, binaries, secrets):
    """Everything in one process, behind a proxy."""
    text = (root / "deploy/one/docker-compose.yml").read_text(encoding="utf-8")
    services = yaml.safe_load(text)["services"]
    trouble = [said for name, service in services.items() for said in denied(name, service, "caddy")]
    told = {key: plain(value) for key, value in services["latchkey"]["environment"].items()}
    said = refusal(binaries, "latchkey", told, secrets.folder)
    return [f"compose of one process: {said}" for said in filter(None, [*trouble, said])]


def denied(name, service, entrance):
    if not service.get("read_only"):
        yield "the root file system must be read-only"
    if service.get("cap_drop") != ["ALL"]:
        yield "all capabilities must be dropped"
    if "no-new-privileges:true" not in service.get("security_opt", []):
        yield "no-new-privileges is missing"
    if not service.get("mem_limit") or not service.get("cpus") or not service.get("pids_limit"):
        yield "memory, processors and processes must be limited"
    if "ports" in service and name != entrance:
        yield f"only {entrance} may be published"


def plain(text):
    """A value with the defaults of its variables put in."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)
