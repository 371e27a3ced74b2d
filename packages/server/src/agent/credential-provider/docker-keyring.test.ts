import { expect, it } from "vitest";
import { DockerKeyring } from "./docker-keyring.ts";

/** Registries of a docker config, an image's repository, and whose credentials it gets, in order. */
it.each<[string, readonly string[], readonly string[]]>([
  ["r.example/team/app", ["r.example", "other.example"], ["r.example"]],
  ["r.example/team/app", ["r.example", "r.example/team"], ["r.example/team", "r.example"]],
  ["r.example:5000/app", ["r.example", "r.example:5000"], ["r.example:5000"]],
  [
    "r.example/app",
    ["https://r.example/v2/", "http://r.example"],
    ["https://r.example/v2/", "http://r.example"],
  ],
  ["docker.io/library/busybox", ["https://index.docker.io/v1/"], ["https://index.docker.io/v1/"]],
  // What fits by its name counts before what stands for the default.
  ["docker.io/library/busybox", ["https://index.docker.io/v1/", "docker.io"], ["docker.io"]],
  ["busybox", ["index.docker.io"], ["index.docker.io"]],
  ["localhost/app", ["index.docker.io"], ["index.docker.io"]],
  ["r.example/app", ["index.docker.io"], []],
  ["a.r.example/app", ["*.r.example"], ["*.r.example"]],
  ["r.example/app", ["%bad%", "r.example"], ["r.example"]],
])("%s among %j", (repository, registries, found) => {
  const keyring = new DockerKeyring();
  keyring.add(registries.map((registry) => ({ registry, username: registry, password: "" })));
  expect(keyring.lookup(repository).map(({ username }) => username)).toEqual(found);
});

it("several of one place are all tried, in the order in which they came", () => {
  const keyring = new DockerKeyring();
  keyring.add([{ registry: "r.example", username: "old", password: "1" }]);
  keyring.add([{ registry: "https://r.example", username: "new", password: "2" }]);
  expect(keyring.lookup("r.example/app")).toEqual([
    { username: "old", password: "1" },
    { username: "new", password: "2" },
  ]);
});
