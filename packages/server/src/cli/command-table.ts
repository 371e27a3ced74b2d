/** A verb of `countersign`. Its code is loaded when somebody asks for it. */
export interface CommandRow {
  readonly name: string;
  /** One line in the help. */
  readonly summary: string;
  /** @param args - what follows the verb; resolves when the command is done */
  readonly load: () => Promise<(args: readonly string[]) => Promise<void>>;
}

/** Every verb, in the order of the help. */
export const COMMANDS: readonly CommandRow[] = [
  {
    name: "up",
    summary: "runs the control plane, and a node",
    load: async () => (await import("./commands/up.ts")).up,
  },
  {
    name: "agent",
    summary: "runs a node of a cluster",
    load: async () => (await import("./commands/agent.ts")).agent,
  },
  {
    name: "lesson",
    summary: "explains service accounts, and runs what it explains",
    load: async () => (await import("./commands/lesson.ts")).lesson,
  },
];
