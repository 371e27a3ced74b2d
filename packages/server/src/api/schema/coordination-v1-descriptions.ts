import type { Descriptions } from "./define.ts";

export const coordinationV1Descriptions = (): Descriptions => ({
  Lease: {
    "": "A claim on something, renewed while it is held.",
  },
  LeaseSpec: {
    "": "Who holds the claim, and until when.",
    holderIdentity: "Who holds it; empty means nobody.",
    leaseDurationSeconds: "For how many seconds after `renewTime` others have to wait.",
    acquireTime: "When the holder got it.",
    renewTime: "When the holder last renewed it.",
    leaseTransitions: "How often it has changed hands.",
    strategy: "How the holder is chosen in coordinated leader election.",
    preferredHolder: "Who should get it; the holder then gives way. Needs a strategy.",
  },
});
