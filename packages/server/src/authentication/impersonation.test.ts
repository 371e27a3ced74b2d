import { describe, expect, test } from "vitest";
import { StatusError } from "../api/status-error.ts";
import type { AuthorizationAttributes, Authorizer } from "../authorization/authorizer.ts";
import type { UserInfo } from "./authenticator.ts";
import { createImpersonator, parseImpersonationHeaders } from "./impersonation.ts";

/** An authorizer that allows what is listed: `verb group/resource[/sub][#name][@namespace]`. */
function allowing(rights: readonly string[], asked: string[] = []): Authorizer {
  return {
    authorize: (wish) => {
      const text = printWish(wish);
      asked.push(text);
      const allowed = rights.includes(text);
      return { decision: allowed ? "allow" : "no-opinion", reason: "" };
    },
  };
}

function printWish(wish: AuthorizationAttributes): string {
  const sub = wish.subresource === "" ? "" : `/${wish.subresource}`;
  const name = wish.name === "" ? "" : `#${wish.name}`;
  const namespace = wish.namespace === "" ? "" : `@${wish.namespace}`;
  const what = wish.resourceRequest
    ? `${wish.apiGroup}/${wish.resource}${sub}${name}${namespace}`
    : wish.path;
  return `${wish.verb} ${what}`;
}

const alice: UserInfo = {
  username: "alice",
  uid: "7",
  groups: ["system:authenticated"],
  extra: {},
};

function listPods(user: UserInfo = alice): AuthorizationAttributes {
  return {
    user,
    verb: "list",
    resourceRequest: true,
    apiGroup: "",
    apiVersion: "v1",
    resource: "pods",
    subresource: "",
    name: "",
    namespace: "ns",
    path: "/api/v1/namespaces/ns/pods",
  };
}

interface Outcome {
  readonly user?: UserInfo;
  readonly constraint?: string;
  readonly message?: string;
  readonly details?: unknown;
}

async function run(
  authorizer: Authorizer,
  headers: readonly string[],
  wish: AuthorizationAttributes = listPods(),
  impersonator = createImpersonator(authorizer),
): Promise<Outcome> {
  const wanted = parseImpersonationHeaders(headers);
  if (wanted === undefined) return {};
  try {
    return await impersonator.impersonate(wanted, wish);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    expect(error.code).toBe(403);
    return { message: error.message, details: error.status.details };
  }
}

const everything: Authorizer = { authorize: () => ({ decision: "allow", reason: "" }) };

describe("headers", () => {
  test.each<[string, readonly string[]]>([
    ["none", ["Accept", "*/*", "If-Match", "x", "impersonator", "x"]],
    ["an empty user", ["Impersonate-User", ""]],
  ])("%s: no impersonation", (_title, headers) => {
    expect(parseImpersonationHeaders(headers)).toBeUndefined();
  });
  test("case does not matter, repeated groups and extras count, of users the first", () => {
    const headers = [
      ["IMPERSONATE-USER", "jane"],
      ["impersonate-user", "joe"],
      ["Impersonate-Group", "b"],
      ["impersonate-group", "a"],
      ["Impersonate-Uid", "1"],
      ["Impersonate-Extra-Acme.com%2FTeam-Name", "x y"],
      ["impersonate-extra-acme.com%2fteam-name", "z"],
      ["Impersonate-Extra-A%zz", "q"],
    ].flat();
    expect(parseImpersonationHeaders(headers)).toEqual({
      username: "jane",
      uid: "1",
      groups: ["b", "a"],
      extra: { "acme.com/team-name": ["x y", "z"], "a%zz": ["q"] },
    });
  });
  test.each([
    [
      ["Impersonate-Uid", "1234"],
      'Name:"", UID:"1234", Groups:[]string(nil), Extra:map[string][]string(nil)',
    ],
    [
      ["Impersonate-Group", "a", "Impersonate-Group", 'b"'],
      'Name:"", UID:"", Groups:[]string{"a", "b\\""}, Extra:map[string][]string(nil)',
    ],
    [
      [
        "Impersonate-Extra-Z",
        "view",
        "Impersonate-Extra-B",
        "1",
        "Impersonate-Extra-B",
        "2",
        "Impersonate-User",
        "",
      ],
      'Name:"", UID:"", Groups:[]string(nil), Extra:map[string][]string{"b":[]string{"1", "2"}, "z":[]string{"view"}}',
    ],
  ])("%j without a user is a bad request", (headers, printed) => {
    let status: unknown;
    try {
      parseImpersonationHeaders(headers);
    } catch (error) {
      status = error instanceof StatusError ? error.status : error;
    }
    expect(status).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: `requested &user.DefaultInfo{${printed}} without impersonating a user name`,
      reason: "BadRequest",
      code: 400,
    });
  });
});

describe("whom one becomes", () => {
  const user = (name: string, ...groups: string[]): string[] => [
    "Impersonate-User",
    name,
    ...groups.flatMap((group) => ["Impersonate-Group", group]),
  ];
  test.each([
    [user("jane"), ["system:authenticated"]],
    [user("jane", "b", "a", "b"), ["b", "a", "b", "system:authenticated"]],
    [user("jane", "system:authenticated", "a"), ["system:authenticated", "a"]],
    [user("jane", "system:unauthenticated"), ["system:unauthenticated"]],
    [user("system:anonymous"), ["system:unauthenticated"]],
    [user("system:anonymous", "x"), ["x", "system:unauthenticated"]],
    [
      user("system:serviceaccount:ns:a"),
      ["system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated"],
    ],
    [user("system:serviceaccount:ns:a", "x"), ["x", "system:authenticated"]],
    [user("system:serviceaccount:ns:a:b"), ["system:authenticated"]],
    [user("system:serviceaccount:ns:Not_A"), ["system:authenticated"]],
    [user("system:node:n1"), ["system:nodes", "system:authenticated"]],
    [user("system:node:n1", "x"), ["x", "system:authenticated"]],
  ])("%j", async (headers, groups) => {
    const { user: became } = await run(everything, headers);
    expect(became).toEqual({ username: headers[1], uid: "", groups, extra: {} });
  });
  test("uid and extras come along", async () => {
    const headers = [...user("jane"), "Impersonate-Uid", "1", "Impersonate-Extra-Acme.io%2fX", "v"];
    expect((await run(everything, headers)).user).toEqual({
      username: "jane",
      uid: "1",
      groups: ["system:authenticated"],
      extra: { "acme.io/x": ["v"] },
    });
  });
});

describe("the classical right", () => {
  test.each([
    [["Impersonate-User", "jane"], ["impersonate /users#jane"]],
    [
      ["Impersonate-User", "jane", "Impersonate-Group", "devs"],
      ["impersonate /users#jane", "impersonate /groups#devs"],
    ],
    [["Impersonate-User", "system:serviceaccount:ns:a"], ["impersonate /serviceaccounts#a@ns"]],
    [["Impersonate-User", "system:node:n"], ["impersonate /users#system:node:n"]],
    [
      ["Impersonate-User", "jane", "Impersonate-Uid", "1", "Impersonate-Extra-Scopes", "view"],
      [
        "impersonate /users#jane",
        "impersonate authentication.k8s.io/uids#1",
        "impersonate authentication.k8s.io/userextras/scopes#view",
      ],
    ],
  ])("%j needs %j, all of it", async (headers, rights) => {
    expect((await run(allowing(rights), headers)).constraint).toBe("");
    for (const right of rights) {
      const fewer = rights.filter((one) => one !== right);
      expect((await run(allowing(fewer), headers)).user).toBeUndefined();
    }
  });
  test("masters can be impersonated by it", async () => {
    const rights = ["impersonate /users#x", "impersonate /groups#system:masters"];
    const headers = ["Impersonate-User", "x", "Impersonate-Group", "system:masters"];
    expect((await run(allowing(rights), headers)).user?.groups).toContain("system:masters");
  });
  test("its refusal is shown to those who used it before, not to others", async () => {
    const authorizer = allowing(["impersonate /users#jane"]);
    const impersonator = createImpersonator(authorizer);
    const joe = ["Impersonate-User", "joe"];
    const before = await run(authorizer, joe, listPods(), impersonator);
    expect(before.message).toBe(
      'pods is forbidden: User "alice" cannot impersonate-on:user-info:list resource "pods" in API group "" in the namespace "ns"',
    );
    expect(
      (await run(authorizer, ["Impersonate-User", "jane"], listPods(), impersonator)).constraint,
    ).toBe("");
    const after = await run(authorizer, joe, listPods(), impersonator);
    expect(after).toEqual({
      message:
        'users "joe" is forbidden: User "alice" cannot impersonate resource "users" in API group "" at the cluster scope',
      details: { name: "joe", kind: "users" },
    });
    const other = listPods({ ...alice, username: "bob" });
    expect((await run(authorizer, joe, other, impersonator)).message).toContain(
      "impersonate-on:user-info:list",
    );
  });
});

describe("constrained modes", () => {
  const on = (mode: string): string => `impersonate-on:${mode}:list /pods@ns`;
  const as = (mode: string, what: string): string =>
    `impersonate:${mode} authentication.k8s.io/${what}`;
  test.each([
    ["user-info", "jane", "users#jane"],
    ["serviceaccount", "system:serviceaccount:other:a", "serviceaccounts#a@other"],
    ["arbitrary-node", "system:node:n1", "nodes#n1"],
  ])("%s", async (mode, username, what) => {
    const headers = ["Impersonate-User", username];
    const both = await run(allowing([on(mode), as(mode, what)]), headers);
    expect(both.constraint).toBe(`impersonate:${mode}`);
    const action = await run(allowing([as(mode, what)]), headers);
    expect(action.message).toBe(
      `pods is forbidden: User "alice" cannot impersonate-on:${mode}:list resource "pods" in API group "" in the namespace "ns"`,
    );
    const identity = await run(allowing([on(mode)]), headers);
    expect(identity.message).toContain(
      `User "alice" cannot impersonate:${mode} resource "${what.split("#")[0]}"`,
    );
    expect(identity.message).toContain('in API group "authentication.k8s.io"');
  });
  test("of a path", async () => {
    const wish = { ...listPods(), resourceRequest: false, verb: "get", path: "/version" };
    expect((await run(allowing([]), ["Impersonate-User", "jane"], wish)).message).toBe(
      'forbidden: User "alice" cannot impersonate-on:user-info:get path "/version"',
    );
  });
  test("accounts and nodes take no groups of their own there", async () => {
    const asked: string[] = [];
    const headers = ["Impersonate-User", "system:node:n1", "Impersonate-Group", "system:nodes"];
    const { message } = await run(allowing([], asked), headers);
    expect(asked).toEqual(["impersonate /users#system:node:n1"]);
    expect(message).toContain('users "system:node:n1" is forbidden');
  });
  test.each([
    [
      ["Impersonate-Group", ""],
      'groups.authentication.k8s.io is forbidden: User "alice" cannot impersonate:user-info resource "groups" in API group "authentication.k8s.io" at the cluster scope: impersonating the empty string group is not allowed',
    ],
    [
      ["Impersonate-Group", "system:masters"],
      'groups.authentication.k8s.io "system:masters" is forbidden: User "alice" cannot impersonate:user-info resource "groups" in API group "authentication.k8s.io" at the cluster scope: impersonating the system:masters group is not allowed',
    ],
    [
      ["Impersonate-Extra-Scopes", "v"],
      'userextras.authentication.k8s.io is forbidden: User "alice" cannot impersonate:user-info resource "userextras" in API group "authentication.k8s.io" at the cluster scope: impersonating an invalid key in extra is not allowed: extra.key: Invalid value: "scopes": must be a domain-prefixed path (such as "acme.io/foo")',
    ],
    [
      ["Impersonate-Extra-Acme.io%2fx", ""],
      'userextras.authentication.k8s.io is forbidden: User "alice" cannot impersonate:user-info resource "userextras" in API group "authentication.k8s.io" at the cluster scope: impersonating the empty string value in extra is not allowed',
    ],
  ])("%j is refused outright", async (headers, message) => {
    const rights = [on("user-info"), as("user-info", "users#jane")];
    expect((await run(allowing(rights), ["Impersonate-User", "jane", ...headers])).message).toBe(
      message,
    );
  });
  test("many groups are asked about as a whole first", async () => {
    const asked: string[] = [];
    const groups = ["a", "b", "c", "d"].flatMap((group) => ["Impersonate-Group", group]);
    const rights = [on("user-info"), as("user-info", "users#jane"), as("user-info", "groups#*")];
    const { constraint } = await run(allowing(rights, asked), [
      "Impersonate-User",
      "jane",
      ...groups,
    ]);
    expect(constraint).toBe("impersonate:user-info");
    expect(asked).toEqual(rights);
  });
});

describe("a pod's own node", () => {
  const agent: UserInfo = {
    username: "system:serviceaccount:kube-system:agent",
    uid: "1",
    groups: [],
    extra: { "authentication.kubernetes.io/node-name": ["n1"], b: ["x"] },
  };
  const rights = [
    "impersonate-on:associated-node:list /pods@ns",
    "impersonate:associated-node authentication.k8s.io/nodes#*",
  ];
  test("by a right to all nodes, and without its extras", async () => {
    const seen: AuthorizationAttributes[] = [];
    const authorizer: Authorizer = {
      authorize: (wish) => {
        seen.push(wish);
        return allowing(rights).authorize(wish);
      },
    };
    const result = await run(authorizer, ["Impersonate-User", "system:node:n1"], listPods(agent));
    expect(result.constraint).toBe("impersonate:associated-node");
    expect(result.user?.username).toBe("system:node:n1");
    expect(seen[0]?.user.extra).toEqual({
      "authentication.kubernetes.io/associated-node-keys": [
        "authentication.kubernetes.io/node-name",
        "b",
      ],
    });
  });
  test("not of another node", async () => {
    const result = await run(
      allowing(rights),
      ["Impersonate-User", "system:node:n2"],
      listPods(agent),
    );
    expect(result.message).toContain("impersonate-on:arbitrary-node:list");
  });
});

test("an authorizer that takes its time", async () => {
  const slow = allowing(["impersonate /users#jane"]);
  const authorizer: Authorizer = { authorize: async (wish) => slow.authorize(wish) };
  expect((await run(authorizer, ["Impersonate-User", "jane"])).user?.username).toBe("jane");
});

test("evaluation errors are shown before the reason", async () => {
  const authorizer: Authorizer = {
    authorize: () => ({ decision: "no-opinion", reason: "because", error: "broken" }),
  };
  expect((await run(authorizer, ["Impersonate-User", "jane"])).message).toMatch(
    /"ns": broken: because$/,
  );
});
