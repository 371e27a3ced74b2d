import type { FieldDefinition } from "./schema/language.ts";

/**
 * Names of fields in Go, where they are not the JSON name with a capital.
 * @see k8s.io/api core/v1/types.go
 */
const NAMES: Readonly<Record<string, string>> = {
  apiGroup: "APIGroup",
  apiVersion: "APIVersion",
  awsElasticBlockStore: "AWSElasticBlockStore",
  cephfs: "CephFS",
  chapAuthDiscovery: "DiscoveryCHAPAuth",
  chapAuthSession: "SessionCHAPAuth",
  csi: "CSI",
  diskURI: "DataDiskURI",
  dnsConfig: "DNSConfig",
  dnsPolicy: "DNSPolicy",
  endpoints: "EndpointsName",
  fc: "FC",
  fsGroup: "FSGroup",
  fsGroupChangePolicy: "FSGroupChangePolicy",
  fsType: "FSType",
  gcePersistentDisk: "GCEPersistentDisk",
  gmsaCredentialSpec: "GMSACredentialSpec",
  gmsaCredentialSpecName: "GMSACredentialSpecName",
  grpc: "GRPC",
  httpGet: "HTTPGet",
  httpHeaders: "HTTPHeaders",
  ip: "IP",
  iqn: "IQN",
  iscsi: "ISCSI",
  iscsiInterface: "ISCSIInterface",
  metadata: "ObjectMeta",
  nfs: "NFS",
  os: "OS",
  pdName: "PDName",
  rbd: "RBD",
  seLinuxChangePolicy: "SELinuxChangePolicy",
  seLinuxOptions: "SELinuxOptions",
  serviceAccount: "DeprecatedServiceAccount",
  sslEnabled: "SSLEnabled",
  storageos: "StorageOS",
  tcpSocket: "TCPSocket",
  tty: "TTY",
  uid: "UID",
  wwids: "WWIDs",
};

/** Of structs whose fields bear names of their own. */
const NAMES_OF_STRUCTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "core.v1.RBDVolumeSource": {
    image: "RBDImage",
    monitors: "CephMonitors",
    pool: "RBDPool",
    user: "RadosUser",
  },
};

/** Go's name of a field; of an inlined struct, that of its type. Known for what a pod template holds. */
export function goFieldName(typeName: string, { name, type }: FieldDefinition): string {
  if (name === "") return type.slice(type.lastIndexOf(".") + 1);
  const known = NAMES_OF_STRUCTS[typeName]?.[name] ?? NAMES[name];
  return known ?? name.charAt(0).toUpperCase() + name.slice(1);
}
