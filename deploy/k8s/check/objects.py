"""Objects against each other: what one names, another has; and what every pod has to say."""

# Made outside, by hand or by another system; docs/containers.md names them.
OUTSIDE_SECRETS = {"discord-bot", "latchkey-tls"}
OUTSIDE_CONFIG = {"postgres-ca"}
# `server.stop_seconds`: how long requests under way may take to finish.
STOP_SECONDS = 20


class House:
    """The objects of one overlay."""

    def __init__(self, overlay, documents, plan):
        self.overlay = overlay
        # Services by name, each with those that it asks.
        self.plan = plan
        self.documents = documents

    def of(self, *kinds):
        return [document for document in self.documents if document["kind"] in kinds]

    def named(self, kind, name):
        return next((d for d in self.of(kind) if d["metadata"]["name"] == name), None)

    def workloads(self):
        return self.of("Deployment", "Job", "StatefulSet", "DaemonSet")

    def say(self, document, sentence):
        return f"{self.overlay}: {document['kind']} {document['metadata']['name']}: {sentence}"


def pod(workload):
    return workload["spec"]["template"]["spec"]


def labels(workload):
    return workload["spec"]["template"]["metadata"].get("labels", {})


def fits(selector, found):
    """True when a label selector takes these labels."""
    known = {"matchLabels"}
    if set(selector) - known:
        raise SystemExit(f"a selector with {set(selector) - known} is not understood here")
    return all(found.get(name) == value for name, value in selector.get("matchLabels", {}).items())


def port_names(workload):
    return {
        port["name"]: port["containerPort"]
        for container in pod(workload)["containers"]
        for port in container.get("ports", [])
    }


def check(house, secrets):
    trouble = []
    if house.of("Secret"):
        trouble.append(f"{house.overlay}: a Secret stands in the manifests; refer to one instead")
    for document in house.documents:
        if document["kind"] not in ("Namespace", "GatewayClass"):
            if document["metadata"].get("namespace") != "latchkey":
                trouble.append(house.say(document, "is not in the namespace latchkey"))
    for workload in house.workloads():
        trouble += [house.say(workload, said) for said in pod_trouble(house, workload, secrets)]
        selector = workload["spec"].get("selector")
        if selector and not fits(selector, labels(workload)):
            trouble.append(house.say(workload, "does not select its own pods"))
    for service in house.of("Service"):
        trouble += [house.say(service, said) for said in service_trouble(house, service)]
    for name in house.plan:
        trouble += [f"{house.overlay}: {name}: {said}" for said in fleet_trouble(house, name)]
    for workload in house.workloads():
        name = workload["metadata"]["name"]
        mounted = [item["key"] for item in secret_items(workload)]
        if ("operator.key" in mounted) != (name == "operator"):
            trouble.append(house.say(workload, "the operator's key belongs into the pod `operator` alone"))
        if ("operator.hash" in mounted) != (name in house.plan):
            trouble.append(house.say(workload, "the hash of the operator's key belongs to each service"))
    trouble += restricted_namespace(house)
    return trouble


def restricted_namespace(house):
    found = house.named("Namespace", "latchkey")
    level = (found or {"metadata": {}})["metadata"].get("labels", {})
    if level.get("pod-security.kubernetes.io/enforce") != "restricted":
        return [f"{house.overlay}: the namespace does not enforce restricted pod security"]
    return []


def pod_trouble(house, workload, secrets):
    spec = pod(workload)
    if spec.get("enableServiceLinks") is not False:
        yield "enableServiceLinks must be false"
    if spec.get("automountServiceAccountToken") is not False:
        yield "automountServiceAccountToken must be false"
    context = spec.get("securityContext", {})
    if not context.get("runAsNonRoot") or not context.get("runAsUser"):
        yield "must not run as root"
    if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield "must have the seccomp profile RuntimeDefault"
    volumes = {volume["name"]: volume for volume in spec.get("volumes", [])}
    for volume in volumes.values():
        yield from volume_trouble(house, volume, secrets)
    ports = port_names(workload)
    for container in spec["containers"] + spec.get("initContainers", []):
        inner = container.get("securityContext", {})
        if inner.get("allowPrivilegeEscalation") is not False:
            yield "allowPrivilegeEscalation must be false"
        if not inner.get("readOnlyRootFilesystem"):
            yield "the root file system must be read-only"
        if inner.get("capabilities", {}).get("drop") != ["ALL"]:
            yield "all capabilities must be dropped"
        resources = container.get("resources", {})
        if not {"cpu", "memory"} <= set(resources.get("requests", {})):
            yield "must ask for cpu and memory"
        if "memory" not in resources.get("limits", {}):
            yield "must have a limit of memory"
        mounted = {mount["name"] for mount in container.get("volumeMounts", [])}
        for name in mounted ^ set(volumes):
            yield f"the volume {name} is mounted or declared, but not both"
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            port = container.get(probe, {}).get("httpGet", {}).get("port")
            if port is not None and port not in ports:
                yield f"{probe} asks the port {port}, which has no name here"
        yield from environment_trouble(house, container, secrets)


def volume_trouble(house, volume, secrets):
    if "secret" in volume:
        name = volume["secret"]["secretName"]
        keys = {item["key"] for item in volume["secret"].get("items", [])}
        missing = keys - secrets.keys(name)
        if missing or not secrets.keys(name):
            yield f"the secret {name} has no {sorted(missing) or 'file at all'}"
    elif "configMap" in volume:
        name = volume["configMap"]["name"]
        found = house.named("ConfigMap", name)
        if not found and name not in OUTSIDE_CONFIG:
            yield f"there is no ConfigMap {name}"
        elif found:
            items = volume["configMap"].get("items")
            keys = {item["key"] for item in items or []}
            if items is not None and keys != set(found["data"]):
                yield f"the ConfigMap {name} and the volume disagree: {keys ^ set(found['data'])}"
    elif "emptyDir" not in volume:
        yield f"the volume {volume['name']} is of a kind that is not expected"


def environment_trouble(house, container, secrets):
    for source in container.get("envFrom", []):
        name = source.get("configMapRef", {}).get("name")
        if not name or not house.named("ConfigMap", name):
            yield f"there is no ConfigMap {name} for the environment"
    for variable in container.get("env", []):
        reference = variable.get("valueFrom", {}).get("secretKeyRef")
        if reference and reference["name"] not in OUTSIDE_SECRETS:
            if reference["key"] not in secrets.keys(reference["name"]):
                yield f"the secret {reference['name']} has no {reference['key']}"
        is_secret = variable["name"].endswith(("_KEY", "_TOKEN", "_SECRET", "_PASSWORD", "DATABASE_URL"))
        if is_secret and "value" in variable:
            yield f"{variable['name']} is a secret and stands in the manifest"


def service_trouble(house, service):
    found = [
        workload
        for workload in house.workloads()
        if fits({"matchLabels": service["spec"]["selector"]}, labels(workload))
    ]
    if len(found) != 1:
        yield f"selects the pods of {len(found)} workloads"
        return
    for port in service["spec"]["ports"]:
        if port["targetPort"] not in port_names(found[0]):
            yield f"sends to the port {port['targetPort']}, which its pods do not have"


def fleet_trouble(house, name):
    """What every service needs so that one replica may go at any time."""
    deployment = house.named("Deployment", name)
    if not deployment:
        yield "has no Deployment"
        return
    spec = deployment["spec"]
    if spec.get("replicas", 1) < 2:
        yield "must have two replicas"
    if spec.get("strategy", {}).get("rollingUpdate", {}).get("maxUnavailable") != 0:
        yield "maxUnavailable must be 0"
    if not pod(deployment).get("topologySpreadConstraints"):
        yield "must spread its replicas"
    for constraint in pod(deployment).get("topologySpreadConstraints", []):
        if not fits(constraint["labelSelector"], labels(deployment)):
            yield "spreads pods that are not its own"
    container = pod(deployment)["containers"][0]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        if probe not in container:
            yield f"has no {probe}"
    pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    drain = int(settings_of(house, container).get("LATCHKEY_SERVER__DRAIN_SECONDS", 0))
    readiness = container.get("readinessProbe", {})
    notice = readiness.get("periodSeconds", 10) * readiness.get("failureThreshold", 3)
    if pause < 1 or drain < notice:
        yield f"must pause before the stop, and drain for longer than {notice} s"
    if pod(deployment)["terminationGracePeriodSeconds"] < pause + drain + STOP_SECONDS:
        yield "is killed before it has drained"
    budget = house.named("PodDisruptionBudget", name)
    if not budget or not fits(budget["spec"]["selector"], labels(deployment)):
        yield "has no PodDisruptionBudget"
    scaler = house.named("HorizontalPodAutoscaler", name)
    if not scaler or scaler["spec"]["scaleTargetRef"]["name"] != name:
        yield "has no HorizontalPodAutoscaler"
    elif scaler["spec"]["minReplicas"] != spec.get("replicas"):
        yield "the autoscaler's least and the Deployment's replicas differ"
    job = house.named("Job", f"{name}-migrations")
    if not job or secrets_of(job) != f"{name}-migrations" or secrets_of(deployment) != name:
        yield "has no migrations in a role of their own"


def secrets_of(workload):
    """The name of the secret that a workload of ours mounts."""
    volumes = pod(workload).get("volumes", [])
    found = [volume["secret"]["secretName"] for volume in volumes if volume["name"] == "secrets"]
    return found[0] if found else None


def secret_items(workload):
    """Every file that a workload of ours mounts from secrets by its name."""
    for volume in pod(workload).get("volumes", []):
        yield from volume.get("secret", {}).get("items", [])


def settings_of(house, container):
    """The environment that a container gets, but for what comes from secrets."""
    found = {}
    for source in container.get("envFrom", []):
        config = house.named("ConfigMap", source["configMapRef"]["name"])
        found.update(config["data"] if config else {})
    for variable in container.get("env", []):
        if "value" in variable:
            found[variable["name"]] = variable["value"]
    return found
