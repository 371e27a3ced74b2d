import type { NodeAddress } from "../../api/types.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { StoredImage } from "../image-store.ts";
import { readAddressFacts } from "./address-facts.ts";
import { type EvictionThreshold, findPressure, lacksImageSpace } from "./eviction-thresholds.ts";
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
  /** Where images lie, once that is known. */
  readonly imageDirectory: () => string | undefined;
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
    const { root, thresholds, clock } = options;
    this.#options = options;
    this.#machine = readMachine(root);
    this.#use = this.#readUse();
    this.#pressure = new PressureMonitor(clock, () => {
      this.#use = this.#readUse();
      return findPressure(thresholds, this.#machine, this.#use);
    });
  }

  #readUse(): MachineUse {
    const { root, directory, imageDirectory } = this.#options;
    return readMachineUse(root, directory, imageDirectory());
  }

  /** Whether images should go. */
  lacksImageSpace(): boolean {
    return lacksImageSpace(this.#options.thresholds, this.#machine, this.#readUse());
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

  /**
   * @param problems - why the node cannot run pods
   * @param images - of the runtime
   */
  async find(
    problems: readonly string[],
    images: readonly StoredImage[] = [],
  ): Promise<NodeFindings> {
    const pressure = this.#pressure.current();
    return {
      machine: this.#machine,
      use: this.#use,
      thresholds: this.#options.thresholds,
      addresses: await this.findAddresses(),
      health: { pressure, problems },
      images,
    };
  }
}
