import type { SuccessPolicy } from "../../api/types.ts";
import { IndexSet } from "./index-set.ts";

/**
 * Why a job has succeeded though not all of its indexes have; undefined when it has not.
 * @see kubernetes pkg/controller/job/success_policy.go
 */
export function judgeSuccess(
  policy: SuccessPolicy | undefined,
  completions: number,
  succeeded: IndexSet,
): string | undefined {
  if (policy === undefined || succeeded.size === 0) return undefined;
  for (const [index, { succeededIndexes, succeededCount }] of policy.rules.entries()) {
    const enough = (count: number): boolean =>
      succeededCount !== undefined && count >= succeededCount;
    let isMet = false;
    if (succeededIndexes === undefined) isMet = enough(succeeded.size);
    else {
      const wanted = IndexSet.parse(succeededIndexes, completions);
      const count = wanted.overlap(succeeded);
      isMet = wanted.size > 0 && (count === wanted.size || enough(count));
    }
    if (isMet) return `Matched rules at index ${index}`;
  }
  return undefined;
}
