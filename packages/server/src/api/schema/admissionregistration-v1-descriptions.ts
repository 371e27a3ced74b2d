import type { Descriptions } from "./define.ts";

export const admissionregistrationV1Descriptions = (): Descriptions => ({
  "*": {
    expression: "A CEL expression.",
    failurePolicy: "What an error leads to: `Ignore` or `Fail`.",
    matchPolicy: "Whether other versions of a resource match too: `Exact` or `Equivalent`.",
    namespaceSelector: "Chooses namespaces.",
    objectSelector: "Chooses objects.",
    matchConditions: "Further conditions in CEL, all of which must hold.",
    variables: "Named expressions for use in others.",
    paramKind: "Kind of the parameters.",
    paramRef: "The parameters.",
    policyName: "The policy.",
    matchConstraints: "The requests to which it applies.",
    matchResources: "Narrows the requests further.",
    name: "Name, distinct within its list.",
    rules: "The requests that are sent.",
    clientConfig: "How to reach the webhook.",
    sideEffects:
      "What a call changes besides its answer: `None`, `NoneOnDryRun`, `Some` or `Unknown`.",
    timeoutSeconds: "Seconds after which a call has failed. 10 when absent.",
    admissionReviewVersions:
      "Versions of AdmissionReview that the webhook understands, the preferred one first.",
    reinvocationPolicy: "Whether it is called again after later changes: `Never` or `IfNeeded`.",
  },
  ApplyConfiguration: {
    "": "A change in the form of an apply.",
  },
  AuditAnnotation: {
    "": "An entry for the audit event.",
    key: "Key of the entry.",
    valueExpression: "CEL expression of its value.",
  },
  ExpressionWarning: {
    "": "A complaint about an expression.",
    fieldRef: "The expression, as a path.",
    warning: "The complaint.",
  },
  JSONPatch: {
    "": "A change in the form of a JSON Patch.",
  },
  MatchCondition: {
    "": "A condition in CEL.",
  },
  MatchResources: {
    "": "Which requests match.",
    resourceRules: "Requests that match.",
    excludeResourceRules: "Requests that do not, whatever else is said.",
  },
  MutatingAdmissionPolicy: {
    "": "Changes objects by expressions.",
  },
  MutatingAdmissionPolicyBinding: {
    "": "Puts a mutating policy in force.",
  },
  MutatingAdmissionPolicyBindingSpec: {
    "": "Where the policy is in force.",
  },
  MutatingAdmissionPolicySpec: {
    "": "What the policy changes.",
    mutations: "The changes, in order.",
  },
  MutatingWebhook: {
    "": "A webhook that may change objects.",
  },
  MutatingWebhookConfiguration: {
    "": "Webhooks that may change objects.",
    webhooks: "The webhooks.",
  },
  Mutation: {
    "": "A change.",
    patchType: "`ApplyConfiguration` or `JSONPatch`.",
    applyConfiguration: "The change, as an apply.",
    jsonPatch: "The change, as a JSON Patch.",
  },
  NamedRuleWithOperations: {
    "": "Requests for certain objects.",
    resourceNames: "Only objects of these names; any object when empty.",
  },
  ParamKind: {
    "": "Kind of a policy's parameters.",
    apiVersion: "Group version.",
    kind: "The kind.",
  },
  ParamRef: {
    "": "Names a policy's parameters.",
    name: "Name of one object. Excludes `selector`.",
    namespace: "Its namespace; that of the request when absent.",
    selector: "Chooses objects.",
    parameterNotFoundAction: "What missing parameters lead to: `Allow` or `Deny`.",
  },
  Rule: {
    "": "Resources.",
    apiGroups: "Groups; `*` is every one.",
    apiVersions: "Versions; `*` is every one.",
    resources: "Resources, `resource/subresource` for subresources; `*` is every one.",
    scope: "`Cluster`, `Namespaced` or `*`.",
  },
  RuleWithOperations: {
    "": "Requests: any of the operations on any of the resources.",
    operations: "`CREATE`, `UPDATE`, `DELETE`, `CONNECT` or `*`.",
  },
  ServiceReference: {
    "": "Names a service.",
    namespace: "Namespace of the service.",
    name: "Name of the service.",
    path: "Path of the calls.",
    port: "Port of the service. 443 when absent.",
  },
  TypeChecking: {
    "": "What checking the types of expressions has found.",
    expressionWarnings: "Complaints.",
  },
  ValidatingAdmissionPolicy: {
    "": "Refuses requests by expressions.",
  },
  ValidatingAdmissionPolicyBinding: {
    "": "Puts a validating policy in force.",
  },
  ValidatingAdmissionPolicyBindingSpec: {
    "": "Where the policy is in force, and what follows.",
    validationActions: "What a failure leads to: `Deny`, `Warn` or `Audit`.",
  },
  ValidatingAdmissionPolicySpec: {
    "": "What the policy demands.",
    validations: "The demands.",
    auditAnnotations: "Entries for the audit event.",
  },
  ValidatingAdmissionPolicyStatus: {
    "": "What has been observed of the policy.",
    typeChecking: "What checking types has found.",
  },
  ValidatingWebhook: {
    "": "A webhook that may refuse requests.",
  },
  ValidatingWebhookConfiguration: {
    "": "Webhooks that may refuse requests.",
    webhooks: "The webhooks.",
  },
  Validation: {
    "": "A demand.",
    message: "What is said when it is not met.",
    reason: "Reason of the refusal.",
    messageExpression: "CEL expression that makes the message.",
  },
  Variable: {
    "": "A named expression.",
  },
  WebhookClientConfig: {
    "": "How to reach a webhook: by URL or by service.",
    url: "Its URL.",
    service: "Its service.",
    caBundle: "Certificates that vouch for it, as PEM; those of the system when absent.",
  },
});
