/**
 * Names under which version 2 of the document keeps parameters that many paths share. Upstream ends
 * each name in a hash of the parameter with upstream's description; the names are part of the
 * document that clients generate code from, so they are kept, and stand here.
 * Two of one name differ in what they describe: `container` of `log` and of `exec`.
 * @see kube-openapi pkg/builder/parameters.go (collectSharedParameters)
 */
const SUFFIXES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "": { pretty: "tJGM1-ng", namespace: "vgWSWtn3", path: "z6Ciiujn" },
  "meta.v1.ListOptions": {
    allowWatchBookmarks: "HC2hJt-J",
    continue: "QfD61s0i",
    fieldSelector: "xIcQKXFG",
    labelSelector: "5Zw57w4C",
    limit: "1NfNmdNH",
    resourceVersion: "5WAnf1kx",
    resourceVersionMatch: "t8XhRHeC",
    sendInitialEvents: "rLXlEK_k",
    shardSelector: "Kgyki_3_",
    timeoutSeconds: "yvYezaOC",
    watch: "XNNPZGbK",
  },
  "meta.v1.DeleteOptions": {
    body: "2Y1dVQaQ",
    gracePeriodSeconds: "-K5HaBOS",
    ignoreStoreReadErrorWithClusterBreakingPotential: "QbNkfIqj",
    orphanDependents: "uRB25kX5",
    propagationPolicy: "6jk3prlO",
  },
  "meta.v1.CreateOptions": { fieldManager: "Qy4HdaTW" },
  "meta.v1.UpdateOptions": { fieldManager: "Qy4HdaTW" },
  "meta.v1.PatchOptions": { fieldManager: "7c6nTn1T", force: "tOGGb0Yi" },
  "meta.v1.Patch": { body: "78PwaGsr" },
  "core.v1.PodLogOptions": {
    container: "1GeXxFDC",
    follow: "9OIXh_2R",
    insecureSkipTLSVerifyBackend: "gM00jVbe",
    limitBytes: "zwd1RXuc",
    previous: "1jxDPu3y",
    sinceSeconds: "vE2NLdnP",
    stream: "l-48cgXv",
    tailLines: "9xQLWHMV",
    timestamps: "c17fW1w_",
  },
  "core.v1.PodExecOptions": {
    command: "Py3eQybp",
    container: "i5dOmRiM",
    stderr: "W_1TNlWc",
    stdin: "PSzNhyUC",
    stdout: "-EZLRwV1",
    tty: "s0flW37O",
  },
  "core.v1.PodAttachOptions": {
    container: "_Q-EJ3nR",
    stderr: "26jJhFUR",
    stdin: "sEFnN3IS",
    stdout: "005YMKE6",
    tty: "g7MlET_l",
  },
  "core.v1.PodPortForwardOptions": { ports: "91KROJmm" },
  "core.v1.PodProxyOptions": { path: "oPbzgLUj" },
  "core.v1.NodeProxyOptions": { path: "rFDtV0x9" },
  "core.v1.ServiceProxyOptions": { path: "QCf0eosM" },
};

/**
 * The shared name of a parameter; undefined for one that each path spells out.
 * @param owner - the options type that the parameter comes from, empty for those of no type
 */
export function sharedParameterName(owner: string, name: string): string | undefined {
  const suffix = SUFFIXES[owner]?.[name];
  return suffix === undefined ? undefined : `${name}-${suffix}`;
}
