import type { Descriptions } from "./define.ts";

export const flowcontrolV1Descriptions = (): Descriptions => ({
  "*": {
    nominalConcurrencyShares: "Share of the server's capacity.",
    lendablePercent: "How much of it others may borrow, in percent.",
    verbs: "Verbs; `*` is every one.",
    name: "Its name.",
  },
  ExemptPriorityLevelConfiguration: {
    "": "A level whose requests never wait.",
  },
  FlowDistinguisherMethod: {
    "": "How flows are told apart.",
    type: "`ByUser` or `ByNamespace`.",
  },
  FlowSchema: {
    "": "Assigns requests to a priority level.",
  },
  FlowSchemaCondition: {
    "": "One aspect of a flow schema's state.",
  },
  FlowSchemaSpec: {
    "": "Which requests, and which level.",
    priorityLevelConfiguration: "The level.",
    matchingPrecedence: "Order among schemas: the least that matches counts. 1000 when absent.",
    distinguisherMethod: "How flows are told apart; one flow when absent.",
    rules: "The requests; any rule is enough.",
  },
  FlowSchemaStatus: {
    "": "What has been observed.",
  },
  GroupSubject: {
    "": "A group of users.",
  },
  LimitResponse: {
    "": "What happens when the level is full.",
    type: "`Queue` or `Reject`.",
    queuing: "Settings of queues.",
  },
  LimitedPriorityLevelConfiguration: {
    "": "A level with a bound.",
    limitResponse: "What happens when it is full.",
    borrowingLimitPercent: "How much it may borrow from others, in percent.",
  },
  NonResourcePolicyRule: {
    "": "Requests for paths.",
    nonResourceURLs: "Paths; `*` as the last part stands for all below.",
  },
  PolicyRulesWithSubjects: {
    "": "Requests of somebody for something.",
    subjects: "Who asks.",
    resourceRules: "Requests for resources.",
    nonResourceRules: "Requests for paths.",
  },
  PriorityLevelConfiguration: {
    "": "A share of the server's capacity.",
  },
  PriorityLevelConfigurationCondition: {
    "": "One aspect of a level's state.",
  },
  PriorityLevelConfigurationReference: {
    "": "Names a level.",
  },
  PriorityLevelConfigurationSpec: {
    "": "What the level is.",
    type: "`Exempt` or `Limited`.",
    limited: "Settings of a level with a bound.",
    exempt: "Settings of a level without one.",
  },
  PriorityLevelConfigurationStatus: {
    "": "What has been observed.",
  },
  QueuingConfiguration: {
    "": "Queues of a level.",
    queues: "How many queues.",
    handSize: "How many queues a flow may use.",
    queueLengthLimit: "How many requests may wait in a queue.",
  },
  ResourcePolicyRule: {
    "": "Requests for resources.",
    apiGroups: "Groups; `*` is every one.",
    resources: "Resources; `*` is every one.",
    clusterScope: "Requests that name no namespace match.",
    namespaces: "Namespaces; `*` is every one.",
  },
  ServiceAccountSubject: {
    "": "A service account.",
    namespace: "Its namespace.",
    name: "Its name; `*` is every one.",
  },
  Subject: {
    "": "Who asks: the one member that is set.",
    kind: "Which member is set: `User`, `Group` or `ServiceAccount`.",
    user: "A user.",
    group: "A group.",
    serviceAccount: "A service account.",
  },
  UserSubject: {
    "": "A user.",
    name: "The user name; `*` is every one.",
  },
});
