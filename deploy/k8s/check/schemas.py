"""Objects against the published schemas, strictly: an unknown field is an error."""

import copy

import yaml

# The oldest in which every field used here is there, one between, and the newest.
VERSIONS = ["1.31", "1.34", "1.37"]
GATEWAY_API = "gateway.networking.k8s.io/"


def check(overlay, documents, skip):
    try:
        import kubernetes_validate
    except ImportError:
        skip("schemas", "the Python package kubernetes-validate is not installed")
        return []
    trouble = []
    for version in VERSIONS:
        for document in documents:
            if document["apiVersion"].startswith(GATEWAY_API):
                continue
            try:
                kubernetes_validate.validate(document, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                where = "/".join(str(part) for part in error.path)
                name = f"{document['kind']} {document['metadata']['name']}"
                trouble.append(f"{overlay}: {version}: {name}: {where}: {error.message}")
    return trouble


def check_gateway_api(overlay, documents, folder, skip):
    """The rules in CEL that these schemas carry are not evaluated: that takes an API server."""
    documents = [d for d in documents if d["apiVersion"].startswith(GATEWAY_API)]
    if not documents:
        return []
    if folder is None or not folder.is_dir():
        skip("gateway-api", "there is no folder with the Gateway API's definitions")
        return []
    import jsonschema

    definitions = {}
    for file in folder.glob("*.yaml"):
        definition = yaml.safe_load(file.read_text(encoding="utf-8"))
        for version in definition["spec"]["versions"]:
            key = (GATEWAY_API + version["name"], definition["spec"]["names"]["kind"])
            definitions[key] = strict(version["schema"]["openAPIV3Schema"])
    trouble = []
    for document in documents:
        name = f"{document['kind']} {document['metadata']['name']}"
        schema = definitions.get((document["apiVersion"], document["kind"]))
        if schema is None:
            trouble.append(f"{overlay}: {name}: no definition for it")
            continue
        for error in jsonschema.Draft202012Validator(schema).iter_errors(document):
            where = "/".join(str(part) for part in error.path)
            trouble.append(f"{overlay}: {name}: {where}: {error.message}")
    return trouble + references(overlay, documents)


def strict(schema, is_root=True):
    """The same schema, with fields refused that it does not name."""
    schema = copy.deepcopy(schema)
    if is_root:
        # Of every object's metadata the definition says only that it is an object.
        schema["properties"]["metadata"] = {"type": "object"}
    properties = schema.get("properties")
    if properties:
        schema["properties"] = {
            name: inner if is_root and name == "metadata" else strict(inner, False)
            for name, inner in properties.items()
        }
        schema.setdefault("additionalProperties", False)
    if isinstance(schema.get("items"), dict):
        schema["items"] = strict(schema["items"], False)
    return schema


def references(overlay, documents):
    """Each route hangs on a listener that is there."""
    listeners = {
        (gateway["metadata"]["name"], listener["name"])
        for gateway in documents
        if gateway["kind"] == "Gateway"
        for listener in gateway["spec"]["listeners"]
    }
    return [
        f"{overlay}: HTTPRoute {route['metadata']['name']}: no listener {parent}"
        for route in documents
        if route["kind"] == "HTTPRoute"
        for parent in route["spec"]["parentRefs"]
        if (parent["name"], parent.get("sectionName")) not in listeners
    ]
