import { describe, expect, it } from "vitest";
import { INTERNAL_FIELDS } from "./internal-fields.ts";
import { internalForm } from "./internal-form.ts";
import { packageOf, structOf } from "./scheme.ts";

describe("internalForm", () => {
  it.each([
    ["*core.v1.Capabilities", undefined, null],
    ["core.v1.Capabilities", { add: ["NET_ADMIN"] }, { Add: ["NET_ADMIN"], Drop: null }],
    ["[]core.v1.KeyToPath", undefined, null],
    ["core.v1.ResourceList", { memory: "1Gi", cpu: "1" }, { cpu: "1", memory: "1Gi" }],
    ["core.v1.HTTPHeader", {}, { Name: "", Value: "" }],
    ["core.v1.SecretKeySelector", { name: "s" }, { Name: "s", Key: "", Optional: null }],
    ["apps.v1.RollingUpdateStatefulSetStrategy", {}, { Partition: 0, MaxUnavailable: null }],
    ["rbac.v1.RoleRef", { kind: "Role" }, { APIGroup: "", Kind: "Role", Name: "" }],
    // Types that are the same on the wire keep their names, and leave out what is empty.
    [
      "meta.v1.LabelSelector",
      { matchLabels: { b: "1", a: "2" } },
      { matchLabels: { a: "2", b: "1" } },
    ],
  ])("%s of %j", (type, value, expected) => {
    expect(JSON.stringify(internalForm(type, value))).toBe(JSON.stringify(expected));
  });

  it("has the namespaces of a pod in its security context", () => {
    const spec = internalForm("core.v1.PodSpec", { hostPID: true }) as Record<string, unknown>;
    expect(spec).not.toHaveProperty("HostPID");
    expect(spec.SecurityContext).toMatchObject({
      HostNetwork: false,
      HostPID: true,
      HostUsers: null,
    });
  });

  it("writes an embedded object's metadata at its own level", () => {
    const template = internalForm("core.v1.PodTemplateSpec", { metadata: { labels: { a: "b" } } });
    expect(Object.keys(template as object)).toEqual(["labels", "Spec"]);
  });

  it.each(Object.keys(INTERNAL_FIELDS))("%s: every field has its place", (name) => {
    expect(packageOf(name)).toBeDefined();
    const known = structOf(name).fields.map((field) => field.name);
    const listed = INTERNAL_FIELDS[name]?.map((row) => (typeof row === "string" ? row : row.name));
    expect(new Set(listed).size).toBe(listed?.length);
    const moved = ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"];
    const elsewhere = name === "core.v1.PodSpec" ? [...moved, "serviceAccount"] : [];
    for (const field of known) if (!elsewhere.includes(field)) expect(listed).toContain(field);
  });
});
