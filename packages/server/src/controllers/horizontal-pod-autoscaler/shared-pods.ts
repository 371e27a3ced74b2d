import { type LabelSelector, matchesLabels } from "../../api/selectors.ts";
import type { Pod } from "../../api/types.ts";
import { type ObjectKey, printKey } from "../../client/resource-type.ts";

/** Which autoscalers look at which pods, as far as they have been looked at themselves. */
export class AutoscalerSelectors {
  readonly #selectors = new Map<string, { key: ObjectKey; selector: LabelSelector }>();

  set(key: ObjectKey, selector: LabelSelector): void {
    this.#selectors.set(printKey(key), { key, selector });
  }

  forget(key: ObjectKey): void {
    this.#selectors.delete(printKey(key));
  }

  /** All that select one of the pods that this one selects, this one among them, in order. */
  sharing(
    { namespace }: ObjectKey,
    selector: LabelSelector,
    pods: Iterable<Readonly<Pod>>,
  ): readonly ObjectKey[] {
    const others = [...this.#selectors.values()].filter(({ key }) => key.namespace === namespace);
    const found = new Set<ObjectKey>();
    for (const { metadata } of pods) {
      const labels = metadata.labels ?? {};
      if (!matchesLabels(selector, labels)) continue;
      for (const other of others) if (matchesLabels(other.selector, labels)) found.add(other.key);
    }
    return [...found].sort((left, right) => (left.name < right.name ? -1 : 1));
  }
}
