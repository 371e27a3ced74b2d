import { ApiException, CoreV1Api, KubeConfig, type V1Pod } from "@kubernetes/client-node";

/** What a question about pods came to. */
export type PodsAnswer =
  | { readonly outcome: "pods"; readonly namespace: string; readonly pods: readonly V1Pod[] }
  | { readonly outcome: "refused"; readonly code: number; readonly message: string }
  | { readonly outcome: "unreachable"; readonly message: string };

/**
 * The pods of the dashboard's own namespace, asked for with its own account.
 *
 * In a pod, token, CA certificate and namespace are files below
 * `/var/run/secrets/kubernetes.io/serviceaccount`, and the server's address is in the environment:
 * `loadFromCluster` reads them all. The token file is replaced before the token expires, so it is
 * read again for each question.
 * @param prefix - put before the folder's path; empty in a pod, a folder of one's own elsewhere
 * @param token - to ask with instead of the mounted one
 */
export async function askForPods(prefix: string, token: string | undefined): Promise<PodsAnswer> {
  try {
    const config = new KubeConfig();
    config.loadFromCluster(prefix);
    if (token !== undefined) config.users = config.users.map(({ name }) => ({ name, token }));
    const namespace = config.getContextObject(config.currentContext)?.namespace ?? "default";
    const { items } = await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace });
    return { outcome: "pods", namespace, pods: items };
  } catch (error) {
    if (error instanceof ApiException) {
      return { outcome: "refused", code: error.code, message: statusMessage(error.body) };
    }
    return { outcome: "unreachable", message: String(error) };
  }
}

/** The `message` of a Status, which the client hands out as text; it keeps nothing of a 401. */
function statusMessage(body: unknown): string {
  if (typeof body !== "string") return "Unauthorized";
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body;
  } catch {
    return body;
  }
}
