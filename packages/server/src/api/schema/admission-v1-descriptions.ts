import type { Descriptions } from "./define.ts";

export const admissionV1Descriptions = (): Descriptions => ({
  AdmissionRequest: {
    "": "A request as a webhook sees it.",
    uid: "Identifier of this call; the answer repeats it.",
    kind: "Kind of the object.",
    resource: "The resource asked for.",
    subResource: "The subresource asked for.",
    requestKind: "The kind as the client sent it, before conversion.",
    requestResource: "The resource as the client sent it, before conversion.",
    requestSubResource: "The subresource as the client sent it.",
    name: "Name of the object; may be empty on create.",
    namespace: "Namespace of the object.",
    operation: "`CREATE`, `UPDATE`, `DELETE` or `CONNECT`.",
    userInfo: "Who asks.",
    object: "The object as it is to be.",
    oldObject: "The object as it is.",
    dryRun: "Nothing is going to be stored.",
    options: "Options of the request.",
  },
  AdmissionResponse: {
    "": "A webhook's verdict.",
    uid: "Identifier of the call.",
    allowed: "The request may go on.",
    status: "Why it may not.",
    patch: "Changes to the object, as JSON Patch.",
    patchType: "`JSONPatch`.",
    auditAnnotations: "Entries for the audit event.",
    warnings: "Warnings for the client.",
  },
  AdmissionReview: {
    "": "A call of a webhook, and its answer.",
    request: "The request.",
    response: "The answer.",
  },
});
