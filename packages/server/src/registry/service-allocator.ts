import { invalidValue, root } from "../api/field-error.ts";
import type { KubeObject } from "../api/object.ts";
import { bareError, internalError, invalid } from "../api/status-error.ts";
import { isIpv6 } from "../api/validation/ip-address.ts";
import type { ResourceStore } from "./resource-store.ts";
import { familyErrors } from "./resources/service-addresses.ts";
import {
  type AddressBlock,
  addressNumber,
  chooseNumber,
  NODE_PORTS,
  printAddress,
} from "./resources/service-range.ts";
import {
  isHeadless,
  needsClusterIp,
  needsHealthCheck,
  type Service,
  type ServicePort,
  type ServiceSpec,
} from "./resources/service-shapes.ts";
import type { Allocator } from "./write-context.ts";

/** What somebody has: a number of a cluster address or of a node port. */
type Holdings = readonly string[];

const address = (number: number): string => `address/${number}`;
const nodePort = (number: number): string => `port/${number}`;

/** Everything that a stored service has. */
function holdingsOf({ spec = {} }: Service): Holdings {
  const addresses = (spec.clusterIPs ?? []).flatMap((text) => addressNumber(text) ?? []);
  const ports = [...(spec.ports ?? []).map((port) => port.nodePort), spec.healthCheckNodePort];
  return [
    ...addresses.map(address),
    ...ports.flatMap((port) => (port === undefined || port === 0 ? [] : [nodePort(port)])),
  ];
}

/**
 * Gives services their addresses and node ports. What stored services have is followed, not stored a
 * second time; what a write under way has chosen is held until that write is settled.
 * @see kubernetes pkg/registry/core/service/storage/alloc.go
 */
export class ServiceAllocator implements Allocator {
  readonly #block: AddressBlock;
  /** Key of the service that has something. */
  readonly #owners = new Map<string, string>();
  /** What stored services have, by their keys. */
  readonly #stored = new Map<string, Holdings>();
  /** What writes under way have taken, by the objects they write. */
  readonly #pending = new WeakMap<KubeObject, { readonly key: string; readonly taken: string[] }>();

  constructor(block: AddressBlock) {
    this.#block = block;
  }

  /** To be called for every stored service, in the turn in which its write becomes visible. */
  upsert(service: Readonly<KubeObject>): void {
    const key = keyOf(service);
    const holdings = holdingsOf(service as Service);
    const before = this.#stored.get(key) ?? [];
    this.#stored.set(key, holdings);
    for (const each of before) if (!holdings.includes(each)) this.#free(each, key);
    for (const each of holdings) this.#owners.set(each, key);
  }

  remove(namespace: string, name: string): void {
    const key = `${namespace}/${name}`;
    const holdings = this.#stored.get(key) ?? [];
    this.#stored.delete(key);
    for (const each of holdings) this.#free(each, key);
  }

  allocate(
    { definition }: ResourceStore,
    object: KubeObject,
    old: Readonly<KubeObject> | undefined,
    dryRun = false,
  ): void {
    if (definition.resource !== "services" || definition.group !== "") return;
    const service = object as Service;
    const spec = service.spec ?? {};
    // Validation tells of these before all else.
    if (familyErrors(spec).length > 0) return;
    const ledger = dryRun ? this.#trialLedger() : this.#ledger(object);
    new Allocation(this.#block, service, old as Service | undefined, ledger).run(spec);
  }

  #ledger(object: KubeObject): Ledger {
    const key = keyOf(object);
    const taken: string[] = [];
    this.#pending.set(object, { key, taken });
    const isTaken = (holding: string): boolean => this.#owners.has(holding);
    return {
      isTrial: false,
      isTaken,
      take: (holding) => {
        taken.push(holding);
        this.#owners.set(holding, key);
      },
      anyAddress: () => chooseNumber(this.#block, key, (number) => isTaken(address(number))),
      anyPort: () => chooseNumber(NODE_PORTS, key, (number) => isTaken(nodePort(number))),
    };
  }

  /**
   * Of a dry run, which takes nothing: every address is free, the one that nobody asks for is that
   * of the network, and ports follow a number that is good enough.
   */
  #trialLedger(): Ledger {
    const ports: number[] = [];
    return {
      isTrial: true,
      isTaken: (holding) =>
        holding.startsWith("port/") &&
        (this.#owners.has(holding) || ports.some((port) => nodePort(port) === holding)),
      take: (holding) => {
        if (holding.startsWith("port/")) ports.push(Number(holding.slice("port/".length)));
      },
      anyAddress: () => this.#block.network,
      anyPort: () => (ports.length === 0 ? TRIAL_PORT : Math.max(...ports)) + 1,
    };
  }

  settle(_store: ResourceStore, object: KubeObject): void {
    const pending = this.#pending.get(object);
    if (pending === undefined) return;
    this.#pending.delete(object);
    const holdings = this.#stored.get(pending.key) ?? [];
    for (const each of pending.taken) {
      if (!holdings.includes(each)) this.#free(each, pending.key);
    }
  }

  #free(holding: string, key: string): void {
    if (this.#owners.get(holding) === key) this.#owners.delete(holding);
  }
}

function keyOf({ metadata }: Readonly<KubeObject>): string {
  return `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

/** Where a dry run begins to count. @see kubernetes pkg/registry/core/service/portallocator/operation.go */
const TRIAL_PORT = 32_768;

interface Ledger {
  /** Nothing is taken in earnest, so that ports out of range are none the worse. */
  readonly isTrial: boolean;
  isTaken(holding: string): boolean;
  take(holding: string): void;
  /** A number that is free; undefined when there is none. */
  anyAddress(): number | undefined;
  anyPort(): number | undefined;
}

const KIND = { group: "", kind: "Service" } as const;
const OPEN_TYPES: ReadonlySet<string | undefined> = new Set(["NodePort", "LoadBalancer"]);

/** What one write of a service asks for. */
class Allocation {
  readonly #block: AddressBlock;
  readonly #name: string;
  readonly #old: Service | undefined;
  readonly #ledger: Ledger;

  constructor(block: AddressBlock, service: Service, old: Service | undefined, ledger: Ledger) {
    this.#block = block;
    this.#name = service.metadata.name ?? "";
    this.#old = old;
    this.#ledger = ledger;
  }

  /** @throws StatusError 422 for what is taken or out of range, 500 when nothing is left */
  run(spec: ServiceSpec): void {
    const old = this.#old?.spec;
    const hadAddress = old !== undefined && needsClusterIp(old);
    if (needsClusterIp(spec) && !isHeadless(spec) && !hadAddress) this.#allocateAddress(spec);
    if (OPEN_TYPES.has(spec.type)) this.#allocatePorts(spec);
    if (needsHealthCheck(spec) && (old === undefined || !needsHealthCheck(old))) {
      this.#allocateHealthCheck(spec);
    }
  }

  #allocateAddress(spec: ServiceSpec): void {
    const wanted = spec.clusterIP ?? "";
    if (wanted !== "") {
      const problem = this.#takeAddress(wanted);
      if (problem === undefined) return;
      throw invalid(KIND, this.#name, [
        invalidValue(
          root("spec", "clusterIPs"),
          spec.clusterIPs ?? [],
          `failed to allocate IP ${wanted}: ${problem}`,
        ),
      ]);
    }
    const chosen = this.#ledger.anyAddress();
    if (chosen === undefined) {
      const name = JSON.stringify(this.#name);
      throw internalError(`failed to allocate a serviceIP for Service ${name}: range is full`);
    }
    this.#ledger.take(address(chosen));
    spec.clusterIP = printAddress(chosen);
    spec.clusterIPs = [spec.clusterIP];
  }

  /** Why an address cannot be had; an address that is none is validation's business. */
  #takeAddress(text: string): string | undefined {
    const { network, size, first, last, cidr } = this.#block;
    const mismatch = "the provided network does not match the current range";
    const number = addressNumber(text);
    if (number === undefined) return isIpv6(text) ? mismatch : undefined;
    const { isTrial } = this.#ledger;
    const isInside = number >= network && number < network + size;
    if (!isInside && !isTrial) return mismatch;
    if (isTrial ? !isInside : number < first || number > last) {
      return `the provided IP (${text}) is not in the valid range. The range of valid IPs is ${cidr}`;
    }
    if (this.#ledger.isTaken(address(number))) return "provided IP is already allocated";
    this.#ledger.take(address(number));
    return undefined;
  }

  #allocatePorts(spec: ServiceSpec): void {
    const kept = new Set(
      (this.#old?.spec?.ports ?? []).flatMap((port) => (port.nodePort ? [port.nodePort] : [])),
    );
    const automatic = spec.type === "NodePort" || spec.allocateLoadBalancerNodePorts !== false;
    // Of one port, TCP and UDP share their node port when the service is new.
    const shared = new Map<number, number>();
    const ports = spec.ports ?? [];
    ports.forEach((port, index) => {
      if (!port.nodePort && !automatic) return;
      const isNew = this.#old === undefined;
      const known = isNew ? shared.get(port.port ?? 0) : undefined;
      if (known !== undefined && (!port.nodePort || port.nodePort === known)) {
        port.nodePort = known;
        return;
      }
      const asked = isNew && known === undefined ? askedFor(ports, port) : (port.nodePort ?? 0);
      port.nodePort = asked === 0 ? this.#anyPort("nodePort") : this.#port(asked, index, kept);
      if (known === undefined) shared.set(port.port ?? 0, port.nodePort);
      kept.add(port.nodePort);
      if (!isNew) refuseTwice(ports.slice(0, index), port);
    });
  }

  /** @param kept - ports that the service has already */
  #port(wanted: number, index: number, kept: ReadonlySet<number>): number {
    if (this.#old !== undefined && kept.has(wanted)) return wanted;
    const problem = this.#takePort(wanted);
    if (problem === undefined) return wanted;
    const field = root("spec", "ports").index(index).child("nodePort");
    throw invalid(KIND, this.#name, [invalidValue(field, wanted, problem)]);
  }

  #takePort(wanted: number): string | undefined {
    const { first, last } = NODE_PORTS;
    if (!this.#ledger.isTrial && (wanted < first || wanted > last)) {
      return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
    }
    if (this.#ledger.isTaken(nodePort(wanted))) return "provided port is already allocated";
    this.#ledger.take(nodePort(wanted));
    return undefined;
  }

  #anyPort(what: string): number {
    const chosen = this.#ledger.anyPort();
    if (chosen === undefined) throw internalError(`failed to allocate a ${what}: range is full`);
    this.#ledger.take(nodePort(chosen));
    return chosen;
  }

  #allocateHealthCheck(spec: ServiceSpec): void {
    const wanted = spec.healthCheckNodePort ?? 0;
    if (wanted === 0) {
      spec.healthCheckNodePort = this.#anyPort("HealthCheck NodePort 0");
      return;
    }
    const problem = this.#takePort(wanted);
    if (problem === undefined) return;
    throw internalError(`failed to allocate requested HealthCheck NodePort ${wanted}: ${problem}`);
  }
}

/** What an update says of a port that an earlier entry has already. @throws StatusError 500 */
function refuseTwice(earlier: readonly ServicePort[], { protocol = "", nodePort }: ServicePort) {
  const isSame = (each: ServicePort) => each.nodePort === nodePort && each.protocol === protocol;
  if (earlier.some(isSame)) throw bareError(`duplicate nodePort: {${protocol} ${nodePort}}`);
}

/** The node port that one of the entries for the same port asks for; 0 for none. */
function askedFor(ports: readonly ServicePort[], { port }: ServicePort): number {
  return ports.find((each) => each.port === port && each.nodePort)?.nodePort ?? 0;
}
