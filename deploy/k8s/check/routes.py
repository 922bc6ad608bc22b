"""The HTTPRoutes against the table that the gateway of the compose file reads."""

import subprocess
import sys


def check(root):
    made = subprocess.run(
        [sys.executable, root / "deploy/k8s/routes.py"], capture_output=True, text=True, check=True
    ).stdout
    file = root / "deploy/k8s/overlays/gateway-api/routes.yaml"
    if file.read_text(encoding="utf-8") != made:
        return [f"{file.relative_to(root)} is not what deploy/k8s/routes.py makes of the table"]
    return []
