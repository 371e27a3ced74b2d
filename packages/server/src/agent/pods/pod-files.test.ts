import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Pod } from "../../api/types.ts";
import { hostsText, PodFiles } from "./pod-files.ts";

const POD: Pod = {
  metadata: { namespace: "ns", name: "p", uid: "u" },
  spec: { containers: [{ name: "c" }] },
};

let root: string;
let files: PodFiles;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pod-files-"));
  const hostsFile = join(root, "hosts");
  writeFileSync(hostsFile, "127.0.0.1 host\n");
  files = new PodFiles({ root, hostsFile });
});
afterEach(() => rmSync(root, { recursive: true }));

describe("files of a pod", () => {
  it("are where they are looked for", async () => {
    await files.preparePod(POD);
    await files.prepareContainer(POD, { name: "c", image: "app" }, 2);
    const words = files.lastWordsPath("u", "c", 2);
    expect(words).toBe(join(root, "pods/u/containers/c/2"));
    // Whatever the umask: any user of the container may write into it.
    expect(statSync(words).mode & 0o777).toBe(0o666);
    expect(statSync(join(root, "logs/ns_p_u/c")).isDirectory()).toBe(true);
  });

  it("tell how often a container has run", async () => {
    await files.preparePod(POD);
    await files.prepareContainer(POD, { name: "c", image: "app" }, 0);
    expect(await files.countRuns(POD, "c")).toBe(0);
    const logs = files.logDirectory(POD);
    for (const name of ["0.log", "3.log", "3.log.20260101-000000", "other.log"]) {
      writeFileSync(join(logs, "c", name), "");
    }
    expect(await files.countRuns(POD, "c")).toBe(4);
    expect(await files.countRuns(POD, "d")).toBe(0);
  });

  it("are removed one run after another, and then all", async () => {
    await files.preparePod(POD);
    await files.prepareContainer(POD, { name: "c", image: "app" }, 0);
    const log = join(files.logDirectory(POD), files.logPath("c", 0));
    writeFileSync(log, "");
    await files.removeRun(POD, "c", 0);
    expect(statSync(log, { throwIfNoEntry: false })).toBeUndefined();
    await files.removePod(POD);
    expect(await files.leftovers()).toEqual([]);
  });

  it("that are left over are found, and those of volumes are left alone", async () => {
    await files.preparePod(POD);
    const volume = join(files.podDirectory("u"), "volumes");
    writeFileSync(volume, "");
    expect(await files.leftovers()).toEqual(["u"]);
    await files.removeLeftover("u");
    expect(await files.leftovers()).toEqual(["u"]);
    expect(statSync(volume).isFile()).toBe(true);
    rmSync(volume);
    await files.removeLeftover("u");
    expect(await files.leftovers()).toEqual([]);
  });
});

describe("the hosts file", () => {
  const hostAliases = [{ ip: "192.0.2.9", hostnames: ["db", "db.example"] }];

  it("names the pod by all its addresses", () => {
    const text = hostsText(["10.0.0.1", "fd00::1"], { hostname: "p", domain: "" }, hostAliases);
    expect(text).toBe(`# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
10.0.0.1\tp
fd00::1\tp

# Entries added by HostAliases.
192.0.2.9\tdb\tdb.example
`);
  });

  it("names a subdomain", () => {
    const name = { hostname: "p", domain: "sub.ns.svc.cluster.local" };
    expect(hostsText(["10.0.0.1"], name, [])).toContain(
      "10.0.0.1\tp.sub.ns.svc.cluster.local\tp\n",
    );
  });

  it("is the host's on its network, and is written in place", async () => {
    await files.preparePod(POD);
    const own: Pod = { ...POD, spec: { containers: [], hostNetwork: true, hostAliases } };
    const name = { hostname: "p", domain: "" };
    await files.writeHosts(POD, [], name);
    const { ino } = statSync(files.hostsPath("u"));
    await files.writeHosts(own, ["10.0.0.1"], name);
    expect(statSync(files.hostsPath("u")).ino).toBe(ino);
    expect(readFileSync(files.hostsPath("u"), "utf8")).toBe(
      "# Kubernetes-managed hosts file (host network).\n127.0.0.1 host\n\n# Entries added by HostAliases.\n192.0.2.9\tdb\tdb.example\n",
    );
  });
});
