import type { Descriptions } from "./define.ts";

export const resourceV1Descriptions = (): Descriptions => ({
  "*": {
    driver: "Name of the driver.",
    pool: "The pool.",
    device: "The device.",
    shareID: "A share of a device that several use.",
    conditions: "What is true of it now: aspect by aspect, with a status and since when.",
    requests: "Names of requests; all of them when empty.",
    bindingConditions: "Conditions that must hold before the pod is bound.",
    bindingFailureConditions: "Conditions that tell that binding has failed.",
    selectors: "Demands on the device, all of which must be met.",
    deviceClassName: "Class of the device.",
    allocationMode: "How many: `ExactCount` or `All`.",
    count: "How many, for `ExactCount`. 1 when absent.",
    adminAccess: "Access besides whoever has the device.",
    tolerations: "Taints that are put up with.",
    nodeName: "The node.",
    nodeSelector: "The nodes.",
    allNodes: "Every node.",
    key: "Key of the taint.",
    value: "Its value.",
    effect: "`NoSchedule`, `NoExecute` or `None`.",
  },
  AllocatedDeviceStatus: {
    "": "State of a device that was given.",
    data: "What the driver says of it.",
    networkData: "What it is on the network.",
  },
  AllocationResult: {
    "": "What was given.",
    devices: "Devices.",
    allocationTimestamp: "When it was given.",
  },
  CELDeviceSelector: {
    "": "A demand in CEL.",
    expression: "The expression.",
  },
  CapacityRequestPolicy: {
    "": "How much of a capacity may be asked for.",
    default: "How much, when nothing is said.",
    validValues: "Amounts that can be asked for.",
    validRange: "Range of amounts.",
  },
  CapacityRequestPolicyRange: {
    "": "A range of amounts.",
    min: "The least.",
    max: "The most.",
    step: "Amounts are multiples of this, from the least on.",
  },
  CapacityRequirements: {
    "": "How much capacity is asked for.",
    requests: "The least, by capacity.",
  },
  Counter: {
    "": "An amount.",
    value: "The amount.",
  },
  CounterSet: {
    "": "Amounts that devices share.",
    name: "Name of the set.",
    counters: "The amounts.",
  },
  Device: {
    "": "A device of a node or network.",
    name: "Name, distinct within the pool.",
    attributes: "Attributes.",
    capacity: "Capacities.",
    consumesCounters: "Shared amounts that it takes.",
    taints: "Taints.",
    bindsToNode: "Whoever gets it is bound to its node.",
    allowMultipleAllocations: "Several may have it.",
    nodeAllocatableResourceMappings: "Resources of the node that it takes.",
  },
  DeviceAllocationConfiguration: {
    "": "Settings for what was given.",
    source: "Where they come from: `FromClass` or `FromClaim`.",
  },
  DeviceAllocationResult: {
    "": "Devices that were given.",
    results: "The devices.",
    config: "Settings for them.",
  },
  DeviceAttribute: {
    "": "A value: the one member that is set.",
    int: "An integer.",
    bool: "A truth value.",
    string: "A text.",
    version: "A semantic version.",
    ints: "Integers.",
    bools: "Truth values.",
    strings: "Texts.",
    versions: "Semantic versions.",
  },
  DeviceCapacity: {
    "": "A capacity.",
    value: "How much there is.",
    requestPolicy: "How much may be asked for.",
  },
  DeviceClaim: {
    "": "Devices that are wanted.",
    requests: "The requests.",
    constraints: "What devices must have in common.",
    config: "Settings for drivers.",
  },
  DeviceClaimConfiguration: {
    "": "Settings of a claim.",
  },
  DeviceClass: {
    "": "A sort of device.",
  },
  DeviceClassConfiguration: {
    "": "Settings of a class.",
  },
  DeviceClassSpec: {
    "": "What the class is.",
    config: "Settings for drivers.",
    extendedResourceName: "Extended resource that stands for the class.",
  },
  DeviceConfiguration: {
    "": "Settings for a driver.",
    opaque: "Settings that only the driver understands.",
  },
  DeviceConstraint: {
    "": "What devices must have in common.",
    matchAttribute: "An attribute with equal values.",
    distinctAttribute: "An attribute with different values.",
  },
  DeviceCounterConsumption: {
    "": "Shared amounts that a device takes.",
    counterSet: "The set.",
    counters: "The amounts.",
  },
  DeviceRequest: {
    "": "A request for devices: exactly, or one of several choices.",
    name: "Name, distinct within the claim.",
    exactly: "What is wanted.",
    firstAvailable: "Choices, the preferred one first.",
  },
  DeviceRequestAllocationResult: {
    "": "A device that was given.",
    request: "The request.",
    consumedCapacity: "How much capacity was given.",
  },
  DeviceSelector: {
    "": "A demand on a device.",
    cel: "The demand, in CEL.",
  },
  DeviceSubRequest: {
    "": "A choice.",
    name: "Name of the choice.",
    capacity: "How much capacity is wanted.",
  },
  DeviceTaint: {
    "": "Keeps a device from those who do not tolerate it.",
    timeAdded: "When it was set.",
  },
  DeviceToleration: {
    "": "Taints that are put up with.",
    operator: "`Exists` or `Equal`.",
    tolerationSeconds: "For how many seconds `NoExecute` is endured; for ever when absent.",
  },
  ExactDeviceRequest: {
    "": "What is wanted.",
    capacity: "How much capacity is wanted.",
  },
  NetworkDeviceData: {
    "": "What a device is on the network.",
    interfaceName: "Its interface.",
    ips: "Its addresses.",
    hardwareAddress: "Its hardware address.",
  },
  NodeAllocatableResourceMapping: {
    "": "How a device takes a resource of the node.",
    capacityKey: "Capacity that is counted.",
    allocationMultiplier: "Factor.",
  },
  OpaqueDeviceConfiguration: {
    "": "Settings that only the driver understands.",
    parameters: "The settings.",
  },
  ResourceClaim: {
    "": "Asks for devices.",
  },
  ResourceClaimConsumerReference: {
    "": "Names who uses a claim.",
    apiGroup: "Group of the object; core when absent.",
    resource: "Resource of the object.",
    name: "Name of the object.",
    uid: "UID of the object.",
  },
  ResourceClaimSpec: {
    "": "What is asked for.",
    devices: "Devices.",
  },
  ResourceClaimStatus: {
    "": "What was given, and to whom.",
    allocation: "What was given.",
    reservedFor: "Who may use it.",
    devices: "State of the devices.",
  },
  ResourceClaimTemplate: {
    "": "Claims that pods get.",
  },
  ResourceClaimTemplateSpec: {
    "": "The claims.",
    metadata: "Labels and annotations of the claims.",
    spec: "What they ask for.",
  },
  ResourcePool: {
    "": "The pool to which a slice belongs.",
    name: "Its name.",
    generation: "Counts changes of the pool.",
    resourceSliceCount: "How many slices the pool has.",
  },
  ResourceSlice: {
    "": "Devices that a driver offers.",
  },
  ResourceSliceSpec: {
    "": "The devices, and where they are.",
    devices: "The devices.",
    perDeviceNodeSelection: "Each device says itself where it is.",
    sharedCounters: "Amounts that devices share.",
  },
});
