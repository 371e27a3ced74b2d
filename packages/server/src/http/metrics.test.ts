import { describe, expect, test } from "vitest";
import { parseRequestInfo } from "../request/parse-request-info.ts";
import { parseQuery } from "../request/query.ts";
import type { RequestInfo } from "../request/request-info.ts";
import { createIdentityMetrics } from "./identity-metrics.ts";
import { InFlightLimits } from "./in-flight-limits.ts";
import { CounterFamily, exponentialBounds, GaugeFamily, HistogramFamily } from "./metric-family.ts";
import { RequestMetrics } from "./metrics.ts";
import { MetricsRegistry } from "./metrics-registry.ts";

const info = (method: string, path: string, query = ""): RequestInfo =>
  parseRequestInfo(method, path, parseQuery(query));

describe("families", () => {
  test("a counter", () => {
    const family = new CounterFamily({
      name: "a_total",
      help: 'With \\ and\nline "end".',
      stability: "ALPHA",
      labels: ["x", "y"],
    });
    expect(family.render()).toBe("");
    family.with("2", 'q"\\\n').inc();
    family.with("1", "").inc(2);
    family.with("1", "").inc();
    expect(family.render()).toBe(
      '# HELP a_total [ALPHA] With \\\\ and\\nline "end".\n# TYPE a_total counter\n' +
        'a_total{x="1",y=""} 3\na_total{x="2",y="q\\"\\\\\\n"} 1\n',
    );
  });

  test("a counter without labels is there from the start", () => {
    const family = new CounterFamily({ name: "b_total", help: "B.", stability: "STABLE" });
    expect(family.render()).toBe("# HELP b_total [STABLE] B.\n# TYPE b_total counter\nb_total 0\n");
  });

  test("a gauge asks when it is read", () => {
    const family = new GaugeFamily(
      { name: "c", help: "C.", stability: "BETA", labels: ["k"] },
      (self) => self.with("v").set(7),
    );
    expect(family.render()).toMatch(/\nc\{k="v"\} 7\n$/);
  });

  test("a histogram counts up to each bound", () => {
    const family = new HistogramFamily({
      name: "d",
      help: "D.",
      stability: "ALPHA",
      labels: ["l"],
      bounds: [1, 2.5],
    });
    const child = family.with("m");
    for (const value of [0.5, 1, 2, 3]) child.observe(value);
    expect(family.render().split("\n").slice(2)).toEqual([
      'd_bucket{l="m",le="1"} 2',
      'd_bucket{l="m",le="2.5"} 3',
      'd_bucket{l="m",le="+Inf"} 4',
      'd_sum{l="m"} 6.5',
      'd_count{l="m"} 4',
      "",
    ]);
  });

  test("children are bounded", () => {
    const family = new CounterFamily({ name: "e", help: "", stability: "ALPHA", labels: ["l"] });
    for (let index = 0; index < 10_000; index++) family.with(String(index)).inc();
    expect(family.render().split("\n").length).toBe(4096 + 3);
  });

  test("exponentialBounds", () => {
    expect(exponentialBounds(1, 10, 3)).toEqual([1, 10, 100]);
  });
});

describe("RequestMetrics", () => {
  const make = () => {
    const registry = new MetricsRegistry();
    const limits = new InFlightLimits();
    return { registry, limits, metrics: new RequestMetrics(registry, limits) };
  };
  const lines = (registry: MetricsRegistry, name: string): string[] =>
    registry
      .render()
      .split("\n")
      .filter((line) => line.startsWith(`${name}{`));

  test.each<[RequestInfo, string]>([
    [
      info("GET", "/api/v1/namespaces/n/pods/p"),
      'group="",resource="pods",scope="resource",subresource="",verb="GET",version="v1"',
    ],
    [
      info("GET", "/apis/apps/v1/namespaces/n/deployments"),
      'group="apps",resource="deployments",scope="namespace",subresource="",verb="LIST",version="v1"',
    ],
    [
      info("GET", "/api/v1/nodes", "watch=1"),
      'group="",resource="nodes",scope="cluster",subresource="",verb="WATCH",version="v1"',
    ],
    [
      info("POST", "/api/v1/namespaces/n/serviceaccounts/s/token"),
      'group="",resource="serviceaccounts",scope="resource",subresource="token",verb="POST",version="v1"',
    ],
    [
      info("DELETE", "/api/v1/namespaces/n/pods"),
      'group="",resource="pods",scope="namespace",subresource="",verb="DELETE",version="v1"',
    ],
    [
      info("GET", "/api/v1/namespaces/n/pods/p/log"),
      'group="",resource="pods",scope="resource",subresource="log",verb="CONNECT",version="v1"',
    ],
    [
      info("GET", "/readyz"),
      'group="",resource="",scope="",subresource="/readyz",verb="GET",version=""',
    ],
    [
      info("FOO", "/some/path"),
      'group="",resource="",scope="",subresource="",verb="other",version=""',
    ],
  ])("labels of %j", (request, labels) => {
    const { registry, metrics } = make();
    metrics.observe(request, 200);
    metrics.observe(request, 200);
    metrics.observe(request, 404);
    const counted = (code: number, count: number): string =>
      `apiserver_request_total{code="${code}",dry_run="",component="apiserver",${labels},system_client=""} ${count}`;
    expect(lines(registry, "apiserver_request_total")).toEqual([counted(200, 2), counted(404, 1)]);
  });

  test("paths are told apart only where that is useful", () => {
    const { registry, metrics } = make();
    for (const path of ["/readyz", "/livez", "/a", "/b"]) metrics.observe(info("GET", path), 200);
    expect(lines(registry, "apiserver_request_total")).toHaveLength(3);
  });

  test("durations, and sizes of reads", () => {
    const { registry, metrics } = make();
    metrics.observe(info("GET", "/api/v1/nodes"), 200, 0.03, 1500);
    metrics.observe(info("POST", "/api/v1/nodes"), 201, 0.03, 1500);
    expect(lines(registry, "apiserver_request_duration_seconds_count")).toHaveLength(2);
    const sizes = lines(registry, "apiserver_response_sizes_sum");
    expect(sizes).toHaveLength(1);
    expect(sizes[0]).toMatch(/verb="LIST".* 1500$/);
  });

  test("long-running requests come and go", () => {
    const { registry, metrics } = make();
    const end = metrics.beginLongRunning(info("GET", "/api/v1/nodes", "watch=1"));
    expect(lines(registry, "apiserver_longrunning_requests")[0]).toMatch(/verb="WATCH".* 1$/);
    end();
    expect(lines(registry, "apiserver_longrunning_requests")[0]).toMatch(/ 0$/);
  });

  test.each<[string, (index: number) => RequestInfo]>([
    ["resources", (index) => info("GET", `/api/v1/things${index}`)],
    ["groups", (index) => info("GET", `/apis/g${index}/v1/pods`)],
    ["versions", (index) => info("GET", `/api/v1x${index}/pods`)],
    ["subresources", (index) => info("GET", `/api/v1/namespaces/n/pods/p/s${index}`)],
    ["methods", (index) => info(`M${index}`, "/x")],
  ])("%s that clients make up are one, and leave room for the others", (_what, made) => {
    const { registry, metrics } = make();
    for (let index = 0; index < 5_000; index++) metrics.observe(made(index), 404);
    metrics.observe(info("GET", "/api/v1/pods"), 200);
    const counted = lines(registry, "apiserver_request_total");
    expect(counted).toHaveLength(2);
    expect(counted.join("\n")).toMatch(/resource="".* 5000$/m);
    expect(counted.join("\n")).toMatch(/resource="pods".* 1$/m);
  });
});

describe("MetricsRegistry", () => {
  test("answers with ours in the order of names, then those of the process", async () => {
    const registry = new MetricsRegistry();
    const identity = createIdentityMetrics(registry);
    identity.authentication.failure.attempts.inc();
    identity.authorization["no-opinion"].seconds.observe(0.002);
    identity.userRequest("jane@example.com");
    identity.userRequest("admin");
    identity.userRequest("system:serviceaccount:a:b");
    identity.staleTokens.inc();
    const { status, headers, body } = await registry.respond();
    const text = String(body);
    expect(status).toBe(200);
    expect(headers).toEqual({
      "content-type": "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
    });
    for (const line of [
      'authentication_attempts{result="failure"} 1',
      'authentication_attempts{result="success"} 0',
      'authorization_duration_seconds_bucket{result="no-opinion",le="0.002"} 1',
      'authenticated_user_requests{username="email_id"} 1',
      'authenticated_user_requests{username="admin"} 1',
      'authenticated_user_requests{username="other"} 1',
      "serviceaccount_stale_tokens_total 1",
      "serviceaccount_valid_tokens_total 0",
      "# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.",
    ]) {
      expect(text.split("\n")).toContain(line);
    }
    const names = [...registry.render().matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]);
    expect(names).toEqual([...names].sort());
  });

  test("a name is given once", () => {
    const registry = new MetricsRegistry();
    createIdentityMetrics(registry);
    expect(() => createIdentityMetrics(registry)).toThrow("exists already");
  });
});
