import type { Recording } from "./recordings.ts";

/**
 * What came of one recording. Checks are named: `"3"` for a step, `"1.27/3"` for a step with one
 * kubectl, `"equal"` for a round trip, the document's name in a section of the documents.
 */
export interface Outcome {
  readonly recording: Recording;
  readonly equal: readonly string[];
  readonly differ: readonly string[];
  /** The differences, for people. */
  readonly log: string;
}

/** What a run of recordings is told. */
export interface RunOptions {
  /** The folder of all recordings. */
  readonly folder: string;
  /** Of the server under test. */
  readonly kubeconfig: string;
  /** For copies, results and the tools' temporary files. */
  readonly scratch: string;
  /** Bounds every wait for something to become true; undefined for the recordings' own bounds. */
  readonly maxWaitSeconds: number | undefined;
  /** kubectl versions to take; all that are installed when undefined. */
  readonly versions: readonly string[] | undefined;
  /** Further binaries, `1.NN=PATH`. */
  readonly kubectls: readonly string[];
  /** Checks that are expected to be equal; undefined when nothing is known, and all may wait. */
  readonly expected: ReadonlySet<string> | undefined;
}
