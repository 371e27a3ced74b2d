/** One of the members is set, and a field tells which. */
interface Union {
  readonly discriminator?: string;
  readonly "fields-to-discriminateBy": Readonly<Record<string, string>>;
}

const UNIONS: Readonly<Record<string, readonly Union[]>> = {
  "core.v1.AppArmorProfile": [
    {
      discriminator: "type",
      "fields-to-discriminateBy": { localhostProfile: "LocalhostProfile" },
    },
  ],
  "core.v1.PodSchedulingGroup": [{ "fields-to-discriminateBy": { podGroupName: "PodGroupName" } }],
  "core.v1.SeccompProfile": [
    {
      discriminator: "type",
      "fields-to-discriminateBy": { localhostProfile: "LocalhostProfile" },
    },
  ],
  "flowcontrol.v1.LimitResponse": [
    { discriminator: "type", "fields-to-discriminateBy": { queuing: "Queuing" } },
  ],
  "flowcontrol.v1.PriorityLevelConfigurationSpec": [
    {
      discriminator: "type",
      "fields-to-discriminateBy": { exempt: "Exempt", limited: "Limited" },
    },
  ],
  "flowcontrol.v1.Subject": [
    {
      discriminator: "kind",
      "fields-to-discriminateBy": {
        group: "Group",
        serviceAccount: "ServiceAccount",
        user: "User",
      },
    },
  ],
};

/** `x-kubernetes-unions` of a type; undefined when it is none. @see api core/v1/types.go, flowcontrol/v1/types.go (+union) */
export function unionsOf(typeName: string): readonly Union[] | undefined {
  return UNIONS[typeName];
}
