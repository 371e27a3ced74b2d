"""Lists the pods of its namespace again and again with its in-cluster configuration.

It prints a line for each request, `START_MS END_MS STATUS`, where status 0 stands for no answer.
"""

import sys
import time
from pathlib import Path

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

NAMESPACE_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
PAUSE_SECONDS = 0.2


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def list_pods(api: client.CoreV1Api, namespace: str) -> int:
    try:
        api.list_namespaced_pod(namespace)
        return 200
    except ApiException as error:
        return error.status
    except Exception as error:  # What the network has to say.
        print(error, file=sys.stderr)
        return 0


def main() -> None:
    config.load_incluster_config()
    api = client.CoreV1Api()
    namespace = NAMESPACE_FILE.read_text(encoding="utf-8").strip()
    while True:
        started_at = now_ms()
        status = list_pods(api, namespace)
        print(started_at, now_ms(), status, flush=True)
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
