/**
 * Whether less than `ms` have passed since an instant. Where that is still to come, the clock was set
 * back meanwhile: what lasts for seconds must not last for the hours that it takes to catch up.
 * @param since - Milliseconds since 1970, as `now`; negative infinity for never.
 */
export function lastsStill(since: number, ms: number, now: number): boolean {
  return now >= since && now - since < ms;
}
