import type { NodeAddress } from "../../api/types.ts";
import type { Clock } from "../../runtime/clock.ts";
import { readAddressFacts } from "./address-facts.ts";
import { type EvictionThreshold, findPressure } from "./eviction-thresholds.ts";
import { type MachineInfo, type MachineUse, readMachine, readMachineUse } from "./machine.ts";
import { chooseNodeIp } from "./node-ip.ts";
import type { NodeFindings } from "./node-object.ts";
import { PressureMonitor } from "./pressure-monitor.ts";

export interface NodeFindingsOptions {
  /** Of the file system that tells what the machine is. */
  readonly root: string;
  /** Whose file system counts: where volumes and logs are. */
  readonly directory: string;
  readonly nodeName: string;
  readonly hostname: string;
  /** Empty for the one that is found. */
  readonly nodeIp: string;
  readonly thresholds: readonly EvictionThreshold[];
  readonly clock: Clock;
}

/** Looks at the machine. */
export class NodeInspector {
  readonly #options: NodeFindingsOptions;
  readonly #machine: MachineInfo;
  readonly #pressure: PressureMonitor;
  #use: MachineUse;
  #addresses: readonly NodeAddress[] = [];

  constructor(options: NodeFindingsOptions) {
    const { root, directory, thresholds, clock } = options;
    this.#options = options;
    this.#machine = readMachine(root);
    this.#use = readMachineUse(root, directory);
    this.#pressure = new PressureMonitor(clock, () => {
      this.#use = readMachineUse(root, directory);
      return findPressure(thresholds, this.#machine, this.#use);
    });
  }

  /** As they were found when somebody last looked. */
  get addresses(): readonly NodeAddress[] {
    return this.#addresses;
  }

  /** @throws Error when the node has no address, or not the wanted one */
  async findAddresses(): Promise<readonly NodeAddress[]> {
    const { root, nodeIp, hostname, nodeName } = this.#options;
    const facts = await readAddressFacts(root, { wanted: nodeIp, hostname, nodeName });
    const address = chooseNodeIp(facts);
    this.#addresses = [
      { type: "InternalIP", address },
      { type: "Hostname", address: hostname },
    ];
    return this.#addresses;
  }

  /** @param problems - why the node cannot run pods */
  async find(problems: readonly string[]): Promise<NodeFindings> {
    const pressure = this.#pressure.current();
    return {
      machine: this.#machine,
      use: this.#use,
      thresholds: this.#options.thresholds,
      addresses: await this.findAddresses(),
      health: { pressure, problems },
    };
  }
}
