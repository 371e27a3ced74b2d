import type { Descriptions } from "./define.ts";

export const metaV1Descriptions = (): Descriptions => ({
  APIGroup: {
    "": "A group, with the versions in which it is served.",
    name: "The group, for example `apps`.",
    versions: "Served versions, the preferred one first.",
    preferredVersion: "The version a client should use that has no reason to use another.",
    serverAddressByClientCIDRs:
      "Where clients of a network reach the server that serves this group.",
  },
  APIGroupList: {
    "": "All named groups of a server.",
    groups: "One entry for each group, in order of priority.",
  },
  APIResource: {
    "": "A resource or subresource of a group version.",
    name: "Plural name; `resource/subresource` for a subresource.",
    singularName: "Name in the singular, for people; empty for a subresource.",
    namespaced: "Whether objects live in namespaces.",
    group: "Group of the bodies, where it is another than the list's.",
    version: "Version of the bodies, where it is another than the list's.",
    kind: "Kind of the bodies.",
    verbs:
      "What can be done: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.",
    shortNames: "Abbreviations for the command line.",
    categories: "Collective names, such as `all`.",
    storageVersionHash:
      "Changes when the stored form moves to another version. Compare it for equality only.",
  },
  APIResourceList: {
    "": "The resources of one group version.",
    groupVersion: "The group version, `apps/v1` or `v1`.",
    resources: "Resources and subresources by name.",
  },
  APIVersions: {
    "": "The versions of the core group.",
    versions: "Served versions.",
    serverAddressByClientCIDRs: "Where clients of a network reach the server.",
  },
  ApplyOptions: {
    "": "Options of a server-side apply.",
    dryRun: "`All` runs every stage of the request and stores nothing.",
    force: "Take fields over from other managers instead of failing with a conflict.",
    fieldManager: "Who owns the applied fields.",
  },
  Condition: {
    "": "One aspect of the observed state of an object.",
    observedGeneration: "The `metadata.generation` that the observer had seen.",
    reason: "Why it last changed, as one word in CamelCase.",
  },
  CreateOptions: {
    "": "Options of a create.",
    dryRun: "`All` runs every stage of the request and stores nothing.",
    fieldManager: "Who owns the fields that are set; derived from the User-Agent when absent.",
    fieldValidation:
      "What unknown and repeated fields cause: `Ignore`, `Warn` or `Strict` (an error).",
  },
  DeleteOptions: {
    "": "Options of a delete.",
    gracePeriodSeconds:
      "Seconds before the object goes; 0 means at once. The kind's own default when absent.",
    preconditions: "What must hold for the delete to happen; 409 otherwise.",
    orphanDependents: "Obsolete form of `propagationPolicy`.",
    propagationPolicy: "What becomes of dependents: `Orphan`, `Background` or `Foreground`.",
    dryRun: "`All` runs every stage of the request and deletes nothing.",
    ignoreStoreReadErrorWithClusterBreakingPotential:
      "Delete an object that can no longer be read from the store, past all checks.",
  },
  FieldSelectorRequirement: {
    "": "A requirement on the value of a field.",
    key: "The field, as a label of the field selector.",
    operator: "How key and values relate: `In`, `NotIn`, `Exists` or `DoesNotExist`.",
    values: "The values; none for `Exists` and `DoesNotExist`.",
  },
  GetOptions: {
    "": "Options of a get.",
    resourceVersion: "The least revision that the answer may show.",
  },
  GroupKind: {
    "": "A kind without its version.",
    group: "The group, empty for core.",
    kind: "The kind.",
  },
  GroupResource: {
    "": "A resource without its version.",
    group: "The group, empty for core.",
    resource: "The plural name.",
  },
  GroupVersion: {
    "": "A version of a group.",
    group: "The group, empty for core.",
    version: "The version.",
  },
  GroupVersionForDiscovery: {
    "": "A version as discovery prints it.",
    groupVersion: "Group and version in one, `apps/v1`.",
    version: "The version alone.",
  },
  GroupVersionKind: {
    "": "A kind in full.",
    group: "The group, empty for core.",
    version: "The version.",
    kind: "The kind.",
  },
  GroupVersionResource: {
    "": "A resource in full.",
    group: "The group, empty for core.",
    version: "The version.",
    resource: "The plural name.",
  },
  LabelSelector: {
    "": "Chooses objects by their labels; all parts must hold. Empty chooses everything, absent nothing.",
    matchLabels: "Labels that must be there with these values.",
    matchExpressions: "Further requirements.",
  },
  LabelSelectorRequirement: {
    "": "A requirement on one label.",
    key: "Key of the label that the requirement is about.",
    operator: "How key and values relate: `In`, `NotIn`, `Exists` or `DoesNotExist`.",
    values: "The values; none for `Exists` and `DoesNotExist`, at least one otherwise.",
  },
  List: {
    "": "A list of objects of any kinds.",
    items: "The objects, each with its own kind and version.",
  },
  ListMeta: {
    "": "What a list says of itself.",
    selfLink: "No longer filled.",
    resourceVersion: "Revision at which the list is true. A watch continues from it.",
    continue: "Opaque token that fetches the next page; empty on the last one.",
    remainingItemCount: "How many objects follow this page, when that is known.",
    shardInfo: "The part of the collection that the list covers, when it was asked for in parts.",
  },
  ListOptions: {
    "": "Options of a list or watch.",
    labelSelector: "Only objects with matching labels.",
    fieldSelector: "Only objects with matching fields.",
    watch: "Answer with a stream of changes instead of a list.",
    allowWatchBookmarks:
      "The server may send events that carry a resource version and nothing else.",
    resourceVersion: "Revision to read at or to watch from; see `resourceVersionMatch`.",
    resourceVersionMatch: "How a list treats `resourceVersion`: `NotOlderThan` or `Exact`.",
    timeoutSeconds: "The request ends after so long, whatever happens.",
    limit: "The most objects on one page.",
    continue: "Token from the page before.",
    sendInitialEvents: "A watch begins with the objects that exist, followed by a bookmark.",
    shardSelector: "Only a part of the collection.",
  },
  ManagedFieldsEntry: {
    "": "The fields that one manager owns, by one kind of operation.",
    manager: "Name of the manager.",
    operation: "How it came to own them: `Apply` or `Update`.",
    apiVersion: "Version in which the fields are written.",
    time: "When the set of fields last changed.",
    fieldsType: "Format of the field set; only `FieldsV1` exists.",
    fieldsV1: "The fields, as a tree.",
    subresource: "Subresource through which they were set; empty for the main one.",
  },
  ObjectMeta: {
    "": "What all objects say of themselves: name, labels, owners, and the marks the server sets.",
    name: "Name, distinct among objects of the kind in a namespace. Cannot be changed.",
    generateName: "Prefix from which the server makes a name when `name` is empty.",
    namespace:
      "The namespace in which the object lives; empty when it belongs to the cluster. Cannot be changed.",
    selfLink: "No longer filled.",
    uid: "Distinct in space and time: an object made anew under the same name has another.",
    resourceVersion:
      "Opaque mark of the last change. Sent with an update, it makes the update fail when somebody else was faster.",
    generation: "Counts changes of the desired state.",
    creationTimestamp: "When the object was created. Set by the server.",
    deletionTimestamp:
      "When the object is going to be gone. Set by the server when deletion is asked for.",
    deletionGracePeriodSeconds:
      "Seconds the object had for its end, when deletion was asked for. May only shrink.",
    labels: "Keys and values by which objects are chosen and grouped.",
    annotations: "Keys and values of any content, for tools; they choose nothing.",
    ownerReferences: "Objects on which this one depends; when all are gone, it is collected.",
    finalizers:
      "What has to be done before the object may go; each entry is removed by whoever does it.",
    managedFields: "Who set which fields. Kept by the server for apply.",
  },
  OwnerReference: {
    "": "Names an owner in the same namespace, or in the cluster.",
    apiVersion: "Group version of the owner.",
    kind: "Kind of the owner.",
    name: "Name of the owner.",
    uid: "UID of the owner.",
    controller: "The owner is the one controller of the object.",
    blockOwnerDeletion: "A foreground delete of the owner waits for this object.",
  },
  PartialObjectMetadata: {
    "": "An object reduced to its metadata.",
  },
  PartialObjectMetadataList: {
    "": "A list of objects reduced to their metadata.",
  },
  PatchOptions: {
    "": "Options of a patch.",
    dryRun: "`All` runs every stage of the request and stores nothing.",
    force: "In an apply: take fields over from other managers instead of failing with a conflict.",
    fieldManager: "Who owns the fields that are set. An apply has to say it.",
    fieldValidation:
      "What unknown and repeated fields cause: `Ignore`, `Warn` or `Strict` (an error).",
  },
  Preconditions: {
    "": "What must hold for a change to be made.",
    uid: "The UID that the object must have.",
    resourceVersion: "The resource version that the object must have.",
  },
  RootPaths: {
    "": "The paths of a server.",
    paths: "Every path, ascending.",
  },
  ServerAddressByClientCIDR: {
    "": "The address of the server for clients of one network.",
    clientCIDR: "The network from which the client comes.",
    serverAddress: "Host, or host and port, under which such a client reaches the server.",
  },
  ShardInfo: {
    "": "The part of a collection that a list covers.",
    selector: "The selector that was asked for.",
  },
  Status: {
    "": "The outcome of a request that answers with no object.",
    status: "`Success` or `Failure`.",
    message: "The outcome in words, for people.",
    reason: "The outcome as one word, for programs: `NotFound`, `Conflict` and so on.",
    details: "More about it, depending on the reason.",
    code: "The HTTP status.",
  },
  StatusCause: {
    "": "One of several causes of a failure.",
    reason: "The cause as one word.",
    message: "The cause in words.",
    field: "The field at fault, as a path such as `metadata.name` or `items[0].name`.",
  },
  StatusDetails: {
    "": "Facts that belong to an outcome.",
    name: "Name of the object in question.",
    group: "Its group.",
    kind: "Its kind, or its resource in some answers.",
    uid: "Its UID.",
    causes: "All causes, when there are several.",
    retryAfterSeconds: "After how many seconds to try again.",
  },
  Table: {
    "": "Objects as rows for people to read.",
    columnDefinitions: "What the cells of each row mean, in order.",
    rows: "One row for each object.",
  },
  TableColumnDefinition: {
    "": "A column.",
    name: "Heading.",
    type: "OpenAPI type of the cells.",
    format: "OpenAPI format; `name` marks the column that identifies the object.",
    description: "What the column shows.",
    priority: "0 is always shown; anything above only in wide output.",
  },
  TableOptions: {
    "": "Options of a table.",
    includeObject: "What rows carry of their object: `None`, `Metadata` or `Object`.",
  },
  TableRow: {
    "": "One object as cells.",
    conditions: "Marks of the row.",
    object: "The object, whole or as metadata, as asked for.",
  },
  TableRowCondition: {
    "": "A mark of a row.",
    type: "The kind of mark, `Completed` for example.",
    status: "`True`, `False` or `Unknown`.",
    reason: "One word of explanation.",
    message: "Explanation for people.",
  },
  TypeMeta: {
    "": "The kind and version of an object.",
    kind: "The kind.",
    apiVersion: "Group and version of the kind.",
  },
  UpdateOptions: {
    "": "Options of an update.",
    dryRun: "`All` runs every stage of the request and stores nothing.",
    fieldManager: "Who owns the fields that are set; derived from the User-Agent when absent.",
    fieldValidation:
      "What unknown and repeated fields cause: `Ignore`, `Warn` or `Strict` (an error).",
  },
  WatchEvent: {
    "": "One event of a watch.",
    type: "`ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`.",
    object:
      "The object after the change, or before it in case of a delete; a Status in case of an error.",
  },
});
