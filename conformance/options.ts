import { parseArgs } from "node:util";

export interface Options {
  /** Of the server under test; undefined to start one of our own. */
  readonly kubeconfig: string | undefined;
  /** Further kubectl binaries. */
  readonly kubectls: readonly string[];
  /** Scenarios whose name contains one of these; all when empty. */
  readonly only: readonly string[];
  /** Whether our own server runs a node, and only what needs one is told. */
  readonly node: boolean;
  /** How many kubectl versions run at once. */
  readonly jobs: number;
  /** Flags for our own server, `--storage …` for example. */
  readonly serverFlags: readonly string[];
}

export const USAGE = `npm run conformance -- [--kubeconfig FILE] [options] [-- FLAGS OF OUR OWN SERVER]

  --kubeconfig FILE  the server under test; without it one is started and stopped
  --kubectl PATH     a further kubectl, may be repeated
  --only TEXT        only scenarios whose name contains this, may be repeated
  --node             our own server runs a node; only what needs one is told then
  --jobs N           kubectl versions at once (default 2)
`;

/** @throws TypeError for unknown flags */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      kubeconfig: { type: "string" },
      kubectl: { type: "string", multiple: true, default: [] },
      only: { type: "string", multiple: true, default: [] },
      node: { type: "boolean", default: false },
      jobs: { type: "string", default: "2" },
    },
  });
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1) throw new TypeError(`--jobs ${values.jobs}: no number`);
  return {
    kubeconfig: values.kubeconfig,
    kubectls: values.kubectl,
    only: values.only,
    node: values.node,
    jobs,
    serverFlags: positionals,
  };
}
