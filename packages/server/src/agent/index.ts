/**
 * The agent of a node as a library: what `countersign agent` runs, and the port behind which pods run, for
 * runtimes of one's own.
 */
export type { ImageStore, StoredImage } from "./image-store.ts";
export {
  DEFAULT_IMAGE_COLLECTION,
  type ImageCollectionPolicy,
} from "./images/image-collection-policy.ts";
export { createNodeAgent, type NodeAgentOptions } from "./node-agent.ts";
export type {
  NodeAgentConfig,
  NodeAgentDependencies,
  RuntimeChoice,
} from "./node-agent-options.ts";
export * from "./pod-runtime.ts";
