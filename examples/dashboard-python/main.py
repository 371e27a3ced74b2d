"""A dashboard that lists the pods of its namespace with its own service account.

    python3 main.py [--port 8080] [--host 127.0.0.1]

Inside a pod, token, CA certificate and namespace are files below
/var/run/secrets/kubernetes.io/serviceaccount, and the server's address is in the environment:
`config.load_incluster_config` reads them all, and reads the token file again before it expires.
Flask serves the page where it is installed, the standard library where it is not.
"""

import argparse
import html
import json
from pathlib import Path

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

NAMESPACE_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")

EXPLANATIONS = {
    401: "The server does not accept the token: it has expired, is meant for somebody else, "
    "or its account is gone.",
    403: "The server knows who is asking, but this account may not list pods. "
    "Bind it to a role that may.",
}


def status_message(error: ApiException) -> str:
    """The `message` of the Status that came with an error."""
    try:
        return json.loads(error.body)["message"]
    except (TypeError, ValueError, KeyError):
        return error.reason or str(error.status)


def problem(explanation: str, message: str) -> str:
    return (
        f'<div class="problem"><p>{html.escape(explanation)}</p>'
        f"<pre>{html.escape(message)}</pre></div>"
    )


def pods_table(namespace: str, pods: list) -> str:
    rows = "\n".join(
        "<tr>"
        + "".join(
            f"<td>{html.escape(cell or '')}</td>"
            for cell in (pod.metadata.name, pod.status.phase, pod.spec.service_account_name)
        )
        + "</tr>"
        for pod in pods
    )
    noun = "pod" if len(pods) == 1 else "pods"
    return (
        f"<p>Namespace <b>{html.escape(namespace)}</b>, {len(pods)} {noun}.</p>\n"
        f"<table>\n<tr><th>Name<th>Phase<th>Service account</tr>\n{rows}\n</table>"
    )


def render_page(pods_of_api: client.CoreV1Api) -> str:
    namespace = NAMESPACE_FILE.read_text(encoding="utf-8").strip()
    try:
        shown = pods_table(namespace, pods_of_api.list_namespaced_pod(namespace).items)
    except ApiException as error:
        explanation = EXPLANATIONS.get(error.status, f"The server refused with {error.status}.")
        shown = problem(explanation, status_message(error))
    except Exception as error:  # What the network has to say is shown, too.
        shown = problem("The API server cannot be reached.", str(error))
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Pods</title>\n'
        f"<h1>Pods</h1>\n{shown}\n</html>\n"
    )


def serve_with_flask(host: str, port: int, render) -> None:
    from flask import Flask

    app = Flask(__name__)
    app.get("/")(render)
    app.run(host=host, port=port)


def serve_with_standard_library(host: str, port: int, render) -> None:
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/"
            body = render().encode() if found else b""
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    ThreadingHTTPServer((host, port), Handler).serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    arguments = parser.parse_args()
    config.load_incluster_config()
    pods_of_api = client.CoreV1Api()
    try:
        import flask  # noqa: F401

        serve = serve_with_flask
    except ImportError:
        serve = serve_with_standard_library
    print(f"dashboard on http://{arguments.host}:{arguments.port}", flush=True)
    serve(arguments.host, arguments.port, lambda: render_page(pods_of_api))


if __name__ == "__main__":
    main()
