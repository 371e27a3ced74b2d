import { describe, expect, it } from "vitest";
import type { Container } from "../../api/types.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import type { ImageAccess } from "../images/image-access.ts";
import { type Image, RuntimeError } from "../pod-runtime.ts";
import { formatSeconds, ImagePuller } from "./image-puller.ts";
import { ScriptedRuntime } from "./scripted-runtime.fixture.ts";

describe("durations", () => {
  it.each([
    [0, "0s"],
    [1, "1ms"],
    [999, "999ms"],
    [1_000, "1s"],
    [1_234, "1.234s"],
    [80_000, "1m20s"],
    [300_000, "5m0s"],
    [3_723_500, "1h2m3.5s"],
  ])("%i ms", (ms, text) => {
    expect(formatSeconds(ms)).toBe(text);
  });
});

describe("images", () => {
  const pod = {
    metadata: { name: "p", namespace: "ns", uid: "u" },
    spec: { containers: [{ name: "c", image: "app" }] },
  };

  function puller(images?: string[], access?: ImageAccess) {
    const clock = new FakeClock();
    const runtime = new ScriptedRuntime({
      clock,
      ...(images === undefined ? {} : { images: new Set(images) }),
    });
    const events: string[] = [];
    const sink = {
      record: (_about: object, type: string, reason: string, message: string) => {
        events.push(`${type} ${reason} ${message}`);
      },
    };
    const images_ = new ImagePuller({
      ...{ runtime, clock, events: sink },
      ...(access === undefined ? {} : { access }),
    });
    const asked: string[] = [];
    const ensure = async (container: Partial<Container>) => {
      const { signal } = new AbortController();
      const own: Container = { name: "c", image: "app", ...container };
      const credentials = async () => {
        asked.push(own.image ?? "");
        return [];
      };
      return await images_.ensure(
        { pod, container: own, credentials, signal },
        await images_.look(own, signal),
      );
    };
    return { ensure, clock, runtime, events, asked, puller: images_ };
  }

  it("that are there are not pulled, and nobody is asked for credentials", async () => {
    const { ensure, events, runtime, asked } = puller();
    expect((await ensure({ imagePullPolicy: "IfNotPresent" })).pulled).toBe(false);
    expect(runtime.calls).toEqual(["look app"]);
    expect(asked).toEqual([]);
    expect(events).toEqual([
      'Normal Pulled Container image "app" already present on machine and can be accessed by the pod',
    ]);
  });

  it("are pulled each time with Always", async () => {
    const { ensure, runtime, asked } = puller();
    expect((await ensure({ imagePullPolicy: "Always" })).pulled).toBe(true);
    expect(runtime.calls).toEqual(["pull app"]);
    expect(asked).toEqual(["app"]);
  });

  it("of a registry that is away have a reason of their own", async () => {
    const { ensure, runtime } = puller();
    const message = "RegistryUnavailable: no route";
    runtime.failures.set("ensureImage", new RuntimeError("pull-failed", message));
    await expect(ensure({ imagePullPolicy: "Always" })).rejects.toMatchObject({
      reason: "RegistryUnavailable",
      message: "image pull failed for app because the registry is unavailable: no route",
    });
  });

  it("that cannot be looked up are told of", async () => {
    const { ensure, runtime, events } = puller();
    runtime.failures.set("ensureImage", new RuntimeError("unavailable", "no socket"));
    await expect(ensure({})).rejects.toMatchObject({ reason: "ImageInspectError" });
    expect(events).toEqual(['Warning InspectFailed Failed to inspect image "": no socket']);
  });

  it("of others are not used without being asked for, and what they come to is told", async () => {
    const told: string[] = [];
    const access = {
      mustPull: async () => true,
      begin: (image: string) => told.push(`begin ${image}`),
      pulled: (image: string, { pulled }: Image) => told.push(`pulled ${image} ${pulled}`),
      failed: (image: string) => told.push(`failed ${image}`),
    };
    const { ensure, runtime } = puller(undefined, access as unknown as ImageAccess);
    await ensure({ imagePullPolicy: "IfNotPresent" });
    await expect(ensure({ imagePullPolicy: "Never" })).rejects.toMatchObject({
      reason: "ErrImageNeverPull",
    });
    runtime.failures.set("ensureImage", new RuntimeError("pull-failed", "401"));
    await expect(ensure({ imagePullPolicy: "Always" })).rejects.toMatchObject({
      reason: "ErrImagePull",
    });
    expect(told).toEqual(["begin app", "pulled app true", "begin app", "failed app"]);
    access.begin = () => {
      throw new Error("no space left on device");
    };
    await expect(ensure({ imagePullPolicy: "Always" })).rejects.toMatchObject({
      reason: "ErrImagePull",
      message:
        'Failed to record image pull intent for container image "app": failed to record image pull intent: no space left on device',
    });
  });

  it("wait longer each time, until the pod is gone", async () => {
    const { ensure, clock, puller: images } = puller([]);
    const reasonOf = async (): Promise<string> =>
      ensure({}).then(
        () => "there",
        (error: { readonly reason: string }) => error.reason,
      );
    expect(await reasonOf()).toBe("ErrImagePull");
    await expect(ensure({})).rejects.toMatchObject({
      reason: "ImagePullBackOff",
      message: 'Back-off pulling image "app": ErrImagePull: app: not found',
      retryAt: clock.now() + 10_000,
    });
    await clock.advance(10_000);
    expect(await reasonOf()).toBe("ErrImagePull");
    await clock.advance(10_000);
    expect(await reasonOf()).toBe("ImagePullBackOff");
    images.forget(pod);
    expect(await reasonOf()).toBe("ErrImagePull");
  });
});
