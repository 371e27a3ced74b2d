import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readMachine, readMachineUse } from "./machine.ts";

const FILES: Readonly<Record<string, string>> = {
  "proc/meminfo":
    "MemTotal:       24684084 kB\nMemAvailable:   23097844 kB\nSwapTotal: 2048 kB\nHugePages_Total:  0\n",
  "proc/loadavg": "0.00 0.01 0.05 2/345 6789\n",
  "proc/sys/kernel/pid_max": "4194304\n",
  "proc/sys/kernel/osrelease": "6.18.44\n",
  "proc/sys/kernel/random/boot_id": "2385c424-4637-4dc6-9e46-41080f34164d\n",
  "etc/machine-id": "3d1219c7c4c5404aaa1f6d2a48adfda4\n",
  "etc/os-release":
    'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\n',
  "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages": "3\n",
};

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "countersign-machine-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

describe("a machine", () => {
  it("is what its files say", () => {
    write(FILES);
    expect(readMachine(root)).toMatchObject({
      memoryBytes: 24_684_084 * 1024,
      swapBytes: 2_048 * 1024,
      hugePages: [{ pageBytes: 2 * 1024 ** 2, reservedBytes: 6 * 1024 ** 2 }],
      machineId: "3d1219c7c4c5404aaa1f6d2a48adfda4",
      systemUuid: "3d1219c7c4c5404aaa1f6d2a48adfda4",
      bootId: "2385c424-4637-4dc6-9e46-41080f34164d",
      kernelVersion: "6.18.44",
      osImage: "Debian GNU/Linux 12 (bookworm)",
    });
    expect(readMachineUse(root, root)).toMatchObject({
      memoryAvailableBytes: 23_097_844 * 1024,
      pidsMax: 4_194_304,
      pidsUsed: 345,
    });
  });

  it("has a uuid of its own where somebody may read it", () => {
    write({ ...FILES, "sys/class/dmi/id/product_uuid": "abc\n" });
    expect(readMachine(root).systemUuid).toBe("abc");
  });

  it("has another disk for images where they lie on one", () => {
    write(FILES);
    expect(readMachineUse(root, root, tmpdir()).imageDisk).toBeUndefined();
    expect(readMachineUse(root, root, join(root, "gone")).imageDisk).toBeUndefined();
    if (process.platform !== "linux") return;
    expect(readMachineUse(root, root, "/dev/shm").imageDisk?.capacityBytes).toBeGreaterThan(0);
  });

  it("that says nothing of itself is still one", () => {
    const machine = readMachine(root);
    expect(machine.cpus).toBeGreaterThan(0);
    expect(machine.memoryBytes).toBeGreaterThan(0);
    expect(machine.osImage).toBe("Unknown");
    expect(readMachineUse(root, root).memoryAvailableBytes).toBe(Number.POSITIVE_INFINITY);
  });
});
