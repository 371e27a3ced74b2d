import type { Descriptions } from "./define.ts";

export const authorizationV1Descriptions = (): Descriptions => ({
  FieldSelectorAttributes: {
    "": "The field selector of the request in question: as text or parsed, not both.",
    rawSelector: "The selector as it stands in a query.",
    requirements: "The selector, parsed; all requirements hold.",
  },
  LabelSelectorAttributes: {
    "": "The label selector of the request in question: as text or parsed, not both.",
    rawSelector: "The selector as it stands in a query.",
    requirements: "The selector, parsed; all requirements hold.",
  },
  LocalSubjectAccessReview: {
    "": "Asks whether somebody may do something within one namespace.",
    spec: "The question; its namespace is that of the review.",
    status: "The verdict.",
  },
  NonResourceAttributes: {
    "": "A request for a path that is no resource.",
    path: "The path.",
    verb: "The method, in lower case.",
  },
  NonResourceRule: {
    "": "Rights on paths.",
    verbs: "Methods in lower case; `*` is every one.",
    nonResourceURLs: "Paths; `*` as the last part stands for all below.",
  },
  ResourceAttributes: {
    "": "A request for a resource.",
    namespace: "The namespace; empty means all of them, or none for resources of the cluster.",
    verb: "`get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`, or `*` for all.",
    group: "Group of the resource; `*` is every one.",
    version: "Version of the resource; `*` is every one.",
    resource: "Plural name of the resource; `*` is every one.",
    subresource: "The subresource; empty for none.",
    name: "Name of the object; empty means all of them.",
    fieldSelector: "The request is narrowed to matching fields.",
    labelSelector: "The request is narrowed to matching labels.",
  },
  ResourceRule: {
    "": "Rights on resources.",
    verbs: "What may be done; `*` is everything.",
    apiGroups: "Groups of the resources; `*` is every one.",
    resources: "Resources, `resource/subresource` for subresources; `*` is every one.",
    resourceNames: "Only objects of these names; any object when empty.",
  },
  SelfSubjectAccessReview: {
    "": "Asks whether the caller may do something.",
    spec: "The question.",
    status: "The verdict.",
  },
  SelfSubjectAccessReviewSpec: {
    "": "The request in question: of a resource or of a path.",
    resourceAttributes: "A request for a resource.",
    nonResourceAttributes: "A request for a path that is no resource.",
  },
  SelfSubjectRulesReview: {
    "": "Asks what the caller may do within a namespace.",
    spec: "The namespace.",
    status: "The rights.",
  },
  SelfSubjectRulesReviewSpec: {
    "": "What to review.",
    namespace: "The namespace. Required.",
  },
  SubjectAccessReview: {
    "": "Asks whether somebody may do something.",
    spec: "The question.",
    status: "The verdict.",
  },
  SubjectAccessReviewSpec: {
    "": "Who asks for what; a resource or a path, not both.",
    resourceAttributes: "A request for a resource.",
    nonResourceAttributes: "A request for a path that is no resource.",
    user: "The user's name; groups may stand alone.",
    groups: "Groups of the user.",
    extra: "Further attributes of the user.",
    uid: "UID of the user.",
  },
  SubjectAccessReviewStatus: {
    "": "The verdict on a request.",
    allowed: "The request may be made.",
    denied: "An authorizer forbids it, whatever others say. Without this, nobody merely allows it.",
    reason: "Why, in words.",
    evaluationError: "What went wrong on the way; the verdict may hold all the same.",
  },
  SubjectRulesReviewStatus: {
    "": "What somebody may do, as far as the authorizers can list it.",
    resourceRules: "Rights on resources, in no order.",
    nonResourceRules: "Rights on paths, in no order.",
    incomplete: "There may be rights that are not listed.",
    evaluationError: "What went wrong on the way.",
  },
});
