import { spawn } from "node:child_process";
import { toolEnvironment } from "./host.ts";
import { childrenOf } from "./proc-status.ts";
import type { HostTools } from "./tools.ts";

/** The size of the terminal of one process: changes come faster than they are made, and the last one counts. */
export class TerminalSize {
  readonly #tools: HostTools;
  /** Of `script`, whose child has the terminal. */
  readonly #pid: () => number | undefined;
  #wanted: readonly [columns: number, rows: number] | undefined;
  #busy = false;

  constructor(tools: HostTools, pid: () => number | undefined) {
    this.#tools = tools;
    this.#pid = pid;
  }

  set(columns: number, rows: number): void {
    this.#wanted = [columns, rows];
    if (!this.#busy) this.#apply();
  }

  #apply(): void {
    const pid = this.#pid();
    const [inside] = pid === undefined ? [] : childrenOf(pid);
    if (this.#wanted === undefined || inside === undefined) return;
    const [columns, rows] = this.#wanted;
    this.#wanted = undefined;
    this.#busy = true;
    // The link of a process's descriptor is the terminal itself, whatever its name is in there.
    const parameters = [
      "-F",
      `/proc/${inside}/fd/0`,
      "rows",
      String(rows),
      "cols",
      String(columns),
    ];
    const child = spawn(this.#tools.stty, parameters, {
      env: toolEnvironment(this.#tools),
      stdio: "ignore",
    });
    const done = (): void => {
      this.#busy = false;
      this.#apply();
    };
    child.once("exit", done);
    child.once("error", done);
  }
}
