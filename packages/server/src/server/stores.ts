import { isStored, resourceOf, servedGroups } from "../api/schema/resources.ts";
import { conversionOf, versionConverterOf } from "../registry/conversions.ts";
import { ResourceStore } from "../registry/resource-store.ts";
import { strategyOf } from "../registry/resources/index-of-strategies.ts";
import { RunBytes } from "../registry/run-bytes.ts";

/** The store of every served resource, made when it is first asked for. */
export interface Stores {
  /** Undefined for what is not served, or is created and never stored. */
  of(group: string, version: string, resource: string): ResourceStore | undefined;
  /** Every stored resource, in its preferred version. */
  all(): readonly ResourceStore[];
}

/** `freeze` makes shared objects immutable, to find who changes them: for tests. */
export function createStores(freeze: boolean): Stores {
  const made = new Map<string, ResourceStore | undefined>();
  const options = { freeze, runBytes: new RunBytes() };
  const of = (group: string, version: string, resource: string): ResourceStore | undefined => {
    const key = `${group}/${version}/${resource}`;
    if (!made.has(key)) made.set(key, createStore(group, version, resource, options));
    return made.get(key);
  };
  const all = (): readonly ResourceStore[] =>
    servedGroups().flatMap(({ group, versions }) =>
      (versions[0]?.resources ?? []).flatMap(
        ({ version, resource }) => of(group, version, resource) ?? [],
      ),
    );
  return { of, all };
}

function createStore(
  group: string,
  version: string,
  resource: string,
  options: { readonly freeze: boolean; readonly runBytes: RunBytes },
): ResourceStore | undefined {
  const definition = resourceOf(group, version, resource);
  if (definition === undefined || !isStored(definition)) return undefined;
  const strategy = strategyOf(group, resource) ?? { group, resource };
  const conversion = conversionOf(group, version, definition.kind);
  const convert = versionConverterOf(group, version, definition.kind);
  return new ResourceStore(definition, strategy, {
    ...options,
    ...(convert === undefined ? {} : { convert }),
    ...(conversion === undefined ? {} : { conversion }),
  });
}
