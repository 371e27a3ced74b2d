import type { FieldDefinition } from "./schema/language.ts";

/**
 * Names of fields in Go, where they are not the JSON name with a capital.
 * @see k8s.io/api core/v1/types.go
 */
const NAMES: Readonly<Record<string, string>> = {
  apiGroup: "APIGroup",
  apiGroups: "APIGroups",
  apiVersion: "APIVersion",
  apiVersions: "APIVersions",
  awsElasticBlockStore: "AWSElasticBlockStore",
  caBundle: "CABundle",
  cel: "CEL",
  cephfs: "CephFS",
  chapAuthDiscovery: "DiscoveryCHAPAuth",
  chapAuthSession: "SessionCHAPAuth",
  cidr: "CIDR",
  cidrs: "CIDRs",
  csi: "CSI",
  diskURI: "DataDiskURI",
  dnsConfig: "DNSConfig",
  dnsPolicy: "DNSPolicy",
  endpoints: "EndpointsName",
  fc: "FC",
  fsGroup: "FSGroup",
  fsGroupChangePolicy: "FSGroupChangePolicy",
  fsGroupPolicy: "FSGroupPolicy",
  fsType: "FSType",
  gcePersistentDisk: "GCEPersistentDisk",
  gid: "GID",
  gmsaCredentialSpec: "GMSACredentialSpec",
  gmsaCredentialSpecName: "GMSACredentialSpecName",
  grpc: "GRPC",
  http: "HTTP",
  httpGet: "HTTPGet",
  httpHeaders: "HTTPHeaders",
  ip: "IP",
  ipBlock: "IPBlock",
  ipFamilies: "IPFamilies",
  ipFamilyPolicy: "IPFamilyPolicy",
  ipMode: "IPMode",
  iqn: "IQN",
  iscsi: "ISCSI",
  iscsiInterface: "ISCSIInterface",
  jsonPatch: "JSONPatch",
  lastState: "LastTerminationState",
  metadata: "ObjectMeta",
  nfs: "NFS",
  os: "OS",
  osImage: "OSImage",
  pdName: "PDName",
  qosClass: "QOSClass",
  rbd: "RBD",
  seLinuxChangePolicy: "SELinuxChangePolicy",
  seLinuxMount: "SELinuxMount",
  seLinuxOptions: "SELinuxOptions",
  serviceAccount: "DeprecatedServiceAccount",
  sslEnabled: "SSLEnabled",
  storageos: "StorageOS",
  tcpSocket: "TCPSocket",
  tls: "TLS",
  ttlSecondsAfterFinished: "TTLSecondsAfterFinished",
  tty: "TTY",
  uid: "UID",
  url: "URL",
  wwids: "WWIDs",
};

/** Of structs whose fields bear names of their own. */
const NAMES_OF_STRUCTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "core.v1.RBDPersistentVolumeSource": {
    image: "RBDImage",
    monitors: "CephMonitors",
    pool: "RBDPool",
    user: "RadosUser",
  },
  "core.v1.RBDVolumeSource": {
    image: "RBDImage",
    monitors: "CephMonitors",
    pool: "RBDPool",
    user: "RadosUser",
  },
};

/** Go's name of a field; of an inlined struct, that of its type. Known for what is hashed or printed. */
export function goFieldName(typeName: string, { name, type }: FieldDefinition): string {
  if (name === "") return type.slice(type.lastIndexOf(".") + 1);
  const known = NAMES_OF_STRUCTS[typeName]?.[name] ?? NAMES[name];
  return known ?? name.charAt(0).toUpperCase() + name.slice(1);
}
