"""Every way that the NetworkPolicies leave open, against the ways that there are to be."""

from objects import fits, labels, port_names

# The operator's commands run in a pod of their own.
OPERATOR = "operator"


def expected(overlay, plan):
    """(from, to, port) for every way between two workloads of the overlay."""
    ways = {(service, asked, 9090) for service in plan for asked in plan[service]}
    ways |= {(OPERATOR, service, 9090) for service in plan}
    if overlay == "dev":
        ways |= {("gateway", service, port) for service in plan for port in (8080, 9090)}
        for service in plan:
            ways |= {(who, "postgres", 5432) for who in (service, f"{service}-migrations")}
        ways.add(("channels", "nats", 4222))
    return ways


# (to, port) for every way in from another namespace, with the pods that may come.
PROMETHEUS = ("monitoring", {"app.kubernetes.io/name": "prometheus"})


class Policies:
    def __init__(self, house):
        self.all = house.of("NetworkPolicy")

    def open_for(self, kind, pod_labels, port, names, accepts):
        """True when a policy of this kind (Ingress, Egress) lets the other side have the port."""
        other_side = "from" if kind == "Ingress" else "to"
        for policy in self.all:
            spec = policy["spec"]
            if kind not in spec["policyTypes"] or not fits(spec["podSelector"], pod_labels):
                continue
            for rule in spec.get(kind.lower(), []):
                ports = [names.get(p["port"], p["port"]) for p in rule.get("ports", [])]
                if port in ports and any(accepts(peer) for peer in rule.get(other_side, [])):
                    return True
        return False

    def denies_by_default(self):
        return any(
            policy["spec"]["podSelector"] == {}
            and set(policy["spec"]["policyTypes"]) == {"Ingress", "Egress"}
            and not policy["spec"].get("ingress")
            and not policy["spec"].get("egress")
            for policy in self.all
        )


def inside(pod_labels):
    """Whether a peer is a pod with these labels in our own namespace."""
    return lambda peer: (
        "namespaceSelector" not in peer
        and "podSelector" in peer
        and fits(peer["podSelector"], pod_labels)
    )


def outside(namespace_labels, pod_labels):
    def accepts(peer):
        return (
            "namespaceSelector" in peer
            and fits(peer["namespaceSelector"], namespace_labels)
            and fits(peer.get("podSelector", {}), pod_labels)
        )

    return accepts


def check(house):
    policies = Policies(house)
    trouble = []
    if not policies.denies_by_default():
        trouble.append(f"{house.overlay}: no policy denies by default")
    for policy in policies.all:
        for kind in ("ingress", "egress"):
            for rule in policy["spec"].get(kind, []):
                if not rule.get("ports") or not (rule.get("from") or rule.get("to")):
                    trouble.append(house.say(policy, "has a rule for every port or everybody"))
    workloads = house.workloads()
    open_ways = set()
    for a in workloads:
        for b in workloads:
            for port in port_names(b).values():
                leaves = policies.open_for("Egress", labels(a), port, {}, inside(labels(b)))
                names = port_names(b)
                enters = policies.open_for("Ingress", labels(b), port, names, inside(labels(a)))
                if leaves and enters:
                    open_ways.add((a["metadata"]["name"], b["metadata"]["name"], port))
    wanted = expected(house.overlay, house.plan)
    for a, b, port in sorted(wanted - open_ways):
        trouble.append(f"{house.overlay}: {a} cannot reach {b} at {port}")
    for a, b, port in sorted(open_ways - wanted):
        trouble.append(f"{house.overlay}: {a} can reach {b} at {port}, and nothing asks for that")
    for workload in workloads:
        trouble += ways_across(house, policies, workload)
    return trouble


def ways_across(house, policies, workload):
    """What comes from other namespaces and leaves for them, workload by workload."""
    name = workload["metadata"]["name"]
    own = labels(workload)
    names = port_names(workload)
    is_service = name in house.plan
    gateway = outside({"latchkey/gateway": "true"}, {})
    prometheus = outside({"kubernetes.io/metadata.name": PROMETHEUS[0]}, PROMETHEUS[1])
    anybody = outside({"kubernetes.io/metadata.name": "elsewhere"}, {})
    dns = outside({"kubernetes.io/metadata.name": "kube-system"}, {"k8s-app": "kube-dns"})
    nats = outside({"kubernetes.io/metadata.name": "nats"}, {"app.kubernetes.io/name": "nats"})

    def address(peer):
        return "ipBlock" in peer

    production = house.overlay != "dev"
    has_data = own.get("app.kubernetes.io/component") in ("service", "migrations")
    wanted = {
        ("the gateway's namespace at 8080", "Ingress", 8080, gateway): is_service,
        ("the gateway's namespace at 9090", "Ingress", 9090, gateway): False,
        ("Prometheus at 9090", "Ingress", 9090, prometheus): is_service,
        ("Prometheus at 8080", "Ingress", 8080, prometheus): False,
        ("any namespace at 8080", "Ingress", 8080, anybody): False,
        ("any namespace at 9090", "Ingress", 9090, anybody): False,
        ("to the name server", "Egress", 53, dns): True,
        ("to PostgreSQL's network", "Egress", 5432, address): production and has_data,
        ("to NATS's namespace", "Egress", 4222, nats): production and name == "channels",
        ("to the world at 443", "Egress", 443, address): name == "discord",
    }
    for (what, kind, port, accepts), open_wanted in wanted.items():
        if policies.open_for(kind, own, port, names, accepts) != open_wanted:
            yield f"{house.overlay}: {name}: {what} must be {'open' if open_wanted else 'shut'}"
