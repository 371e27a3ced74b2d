import type { MaybePromise } from "../runtime/maybe-promise.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "./admission-plugin.ts";

/** All plugins, in order. Stays synchronous as long as every plugin does. */
export interface AdmissionChain {
  mutate(attributes: AdmissionAttributes): MaybePromise<void>;
  validate(attributes: AdmissionAttributes): MaybePromise<void>;
}

type Step = (attributes: AdmissionAttributes) => MaybePromise<void>;

function runAll(steps: readonly Step[], attributes: AdmissionAttributes): MaybePromise<void> {
  for (let position = 0; position < steps.length; position++) {
    const pending = steps[position]?.(attributes);
    if (pending instanceof Promise) {
      const rest = steps.slice(position + 1);
      return pending.then(() => runAll(rest, attributes));
    }
  }
}

/** Joins plugins into one chain; order is the order of the list, for both phases. */
export function createAdmissionChain(plugins: readonly AdmissionPlugin[]): AdmissionChain {
  const mutating = plugins.flatMap((plugin) => (plugin.mutate ? [plugin.mutate.bind(plugin)] : []));
  const validating = plugins.flatMap((plugin) =>
    plugin.validate ? [plugin.validate.bind(plugin)] : [],
  );
  return {
    mutate: (attributes) => runAll(mutating, attributes),
    validate: (attributes) => runAll(validating, attributes),
  };
}
