/**
 * Volume sources of storage systems, in pods and in persistent volumes. Most are stored and never
 * acted on, so a row of required texts is all that many need.
 * @see kubernetes pkg/apis/core/validation/validation.go
 */
import {
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from "../field-error.ts";
import { checkComplaints, checkDnsLabel, type FieldErrors, requireText } from "./field-checks.ts";
import {
  dnsSubdomainComplaints,
  nameIsDnsLabel,
  nameIsDnsSubdomain,
  rangeComplaint,
  utf8Length,
} from "./names.ts";
import { checkNoBacksteps } from "./paths.ts";

interface SecretRef {
  name?: string;
  namespace?: string;
}

interface Iscsi {
  targetPortal?: string;
  iqn?: string;
  lun?: number;
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  secretRef?: SecretRef;
  initiatorName?: string;
  iscsiInterface?: string;
}

interface Csi {
  driver?: string;
  volumeHandle?: string;
  controllerPublishSecretRef?: SecretRef;
  controllerExpandSecretRef?: SecretRef;
  nodeStageSecretRef?: SecretRef;
  nodePublishSecretRef?: SecretRef;
  nodeExpandSecretRef?: SecretRef;
}

/** Sources of storage systems; each member is one kind of volume. */
export interface DriverSources {
  hostPath?: { path?: string; type?: string };
  gcePersistentDisk?: { pdName?: string; partition?: number };
  awsElasticBlockStore?: { volumeID?: string; partition?: number };
  nfs?: { server?: string; path?: string };
  iscsi?: Iscsi;
  glusterfs?: { endpoints?: string; path?: string; endpointsNamespace?: string };
  flocker?: { datasetName?: string; datasetUUID?: string };
  rbd?: { monitors?: string[]; image?: string; pool?: string; user?: string; keyring?: string };
  cinder?: { volumeID?: string; secretRef?: SecretRef };
  cephfs?: { monitors?: string[] };
  quobyte?: { registry?: string; tenant?: string; volume?: string };
  fc?: { targetWWNs?: string[]; wwids?: string[]; lun?: number };
  flexVolume?: { driver?: string; options?: Record<string, string> };
  azureFile?: { secretName?: string; shareName?: string; secretNamespace?: string };
  azureDisk?: {
    diskName?: string;
    diskURI?: string;
    cachingMode?: string;
    kind?: string;
    fsType?: string;
    readOnly?: boolean;
  };
  vsphereVolume?: { volumePath?: string };
  photonPersistentDisk?: { pdID?: string };
  portworxVolume?: { volumeID?: string };
  scaleIO?: {
    gateway?: string;
    system?: string;
    volumeName?: string;
    storageMode?: string;
    fsType?: string;
  };
  storageos?: { volumeName?: string; volumeNamespace?: string; secretRef?: SecretRef };
  csi?: Csi;
  local?: { path?: string };
}

/** Where a source stands: some rules differ between pods and persistent volumes. */
export interface SourcePlace {
  readonly persistent: boolean;
  /** Name of the volume, or of the persistent volume. */
  readonly name: string;
}

type Check<T> = (source: T, path: FieldPath, place: SourcePlace, errors: FieldErrors) => void;

const HOST_PATH_TYPES = [
  "",
  "BlockDevice",
  "CharDevice",
  "Directory",
  "DirectoryOrCreate",
  "File",
  "FileOrCreate",
  "Socket",
];
const IQN = /iqn\.\d{4}-\d{2}\.([A-Za-z0-9-.]+)(:[^,;*&$|\s]+)$/;
const EUI = /^eui.[A-Za-z0-9]{16}$/;
const NAA = /^naa.[A-Za-z0-9]{32}$/;
/** A CSI driver's name is a DNS label in length, a subdomain in shape. */
const CSI_DRIVER_MAX_BYTES = 63;

function requireAll<T extends object>(...names: readonly (keyof T & string)[]): Check<T> {
  return (source, path, _place, errors) => {
    for (const name of names) requireText(source[name] as string | undefined, path, name, errors);
  };
}

function checkByte(
  value: number | undefined,
  low: number,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (value != null && (value < 0 || value > 255)) {
    errors.push(invalidValue(path, value, rangeComplaint(low, 255)));
  }
}

function checkIscsiName(name: string, path: FieldPath, text: string, errors: FieldErrors): void {
  const shape = name.startsWith("iqn")
    ? IQN
    : name.startsWith("eui")
      ? EUI
      : name.startsWith("naa")
        ? NAA
        : undefined;
  if (shape === undefined) errors.push(invalidValue(path, name, text));
  else if (!shape.test(name)) errors.push(invalidValue(path, name, "must be valid format"));
}

function checkIscsi(source: Iscsi, path: FieldPath, place: SourcePlace, errors: FieldErrors): void {
  const { targetPortal = "", iqn = "", initiatorName } = source;
  const prefixText = place.persistent
    ? "must be valid format"
    : "must be valid format starting with iqn, eui, or naa";
  if (targetPortal === "") errors.push(required(path.child("targetPortal")));
  const tooLong = initiatorName != null && utf8Length(`${place.name}:${targetPortal}`) > 64;
  const tooLongText =
    "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.";
  if (tooLong && place.persistent) {
    errors.push(invalidValue(path.child("targetportal"), targetPortal, tooLongText));
  }
  if (iqn === "") errors.push(required(path.child("iqn")));
  else checkIscsiName(iqn, path.child("iqn"), prefixText, errors);
  checkByte(source.lun, 0, path.child("lun"), errors);
  if ((source.chapAuthDiscovery || source.chapAuthSession) && source.secretRef == null) {
    errors.push(required(path.child("secretRef")));
  }
  if (place.persistent && source.secretRef != null) {
    requireText(source.secretRef.name, path, "secretRef.name", errors);
  }
  if (initiatorName != null) {
    checkIscsiName(initiatorName, path.child("initiatorname"), prefixText, errors);
  }
}

function checkSecretRef(
  ref: SecretRef | undefined,
  place: SourcePlace,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (ref == null) return;
  requireText(ref.name, path, "secretRef.name", errors);
  if (place.persistent) requireText(ref.namespace, path, "secretRef.namespace", errors);
}

const checkFlex: Check<NonNullable<DriverSources["flexVolume"]>> = (
  source,
  path,
  _place,
  errors,
) => {
  requireText(source.driver, path, "driver", errors);
  for (const key of Object.keys(source.options ?? {})) {
    const namespace = `.${(key.split("/", 1)[0] ?? "").toLowerCase()}`;
    if (namespace.endsWith(".kubernetes.io") || namespace.endsWith(".k8s.io")) {
      const detail = "kubernetes.io and k8s.io namespaces are reserved";
      errors.push(invalidValue(path.child("options").key(key), key, detail));
    }
  }
};

const checkFibreChannel: Check<NonNullable<DriverSources["fc"]>> = (
  source,
  path,
  _place,
  errors,
) => {
  const wwns = source.targetWWNs ?? [];
  const wwids = source.wwids ?? [];
  const field = path.child("targetWWNs");
  if (wwns.length === 0 && wwids.length === 0) {
    errors.push(required(field, "must specify either targetWWNs or wwids, but not both"));
  }
  if (wwns.length > 0 && wwids.length > 0) {
    const detail = "targetWWNs and wwids can not be specified simultaneously";
    errors.push(invalidValue(field, wwns, detail));
  }
  if (wwns.length === 0) return;
  if (source.lun == null) {
    errors.push(required(path.child("lun"), "lun is required if targetWWNs is specified"));
  } else checkByte(source.lun, 0, path.child("lun"), errors);
};

const checkAzureDisk: Check<NonNullable<DriverSources["azureDisk"]>> = (
  source,
  path,
  _place,
  errors,
) => {
  const { diskURI = "", cachingMode, kind } = source;
  requireText(source.diskName, path, "diskName", errors);
  requireText(diskURI, path, "diskURI", errors);
  const modes = ["None", "ReadOnly", "ReadWrite"];
  if (cachingMode != null && !modes.includes(cachingMode)) {
    errors.push(notSupported(path.child("cachingMode"), cachingMode, modes));
  }
  const kinds = ["Dedicated", "Managed", "Shared"];
  if (kind == null) return;
  if (!kinds.includes(kind)) errors.push(notSupported(path.child("kind"), kind, kinds));
  const managed = kind === "Managed";
  if (diskURI.startsWith(managed ? "/subscriptions/" : "https://")) return;
  const form = managed
    ? "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
    : "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd";
  errors.push(notSupported(path.child("diskURI"), diskURI, [form]));
};

const checkQuobyte: Check<NonNullable<DriverSources["quobyte"]>> = (
  source,
  path,
  _place,
  errors,
) => {
  const { registry = "", tenant = "" } = source;
  const detail = "must be a host:port pair or multiple pairs separated by commas";
  if (registry === "") errors.push(required(path.child("registry"), detail));
  else if (utf8Length(tenant) >= 65) {
    const text = "must be a UUID and may not exceed a length of 64 characters";
    errors.push(required(path.child("tenant"), text));
  } else {
    for (const pair of registry.split(",")) {
      if (!/^([^:[\]]*|\[[^[\]]*\]):[^:]*$/.test(pair)) {
        errors.push(invalidValue(path.child("registry"), registry, detail));
      }
    }
  }
  requireText(source.volume, path, "volume", errors);
};

function checkPersistentSecretRef(
  ref: SecretRef | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (ref == null) return;
  const { name = "", namespace = "" } = ref;
  if (name === "") errors.push(required(path.child("name")));
  else checkComplaints(name, dnsSubdomainComplaints(name), path.child("name"), errors);
  if (namespace === "") errors.push(required(path.child("namespace")));
  else checkDnsLabel(namespace, path.child("namespace"), errors);
}

/** The name of a CSI driver, in volumes and in CSIDriver objects. */
export function checkCsiDriverName(driver: string, path: FieldPath, errors: FieldErrors): void {
  if (driver === "") {
    errors.push(required(path));
    return;
  }
  if (utf8Length(driver) > CSI_DRIVER_MAX_BYTES) {
    errors.push({
      field: path.toString(),
      reason: "FieldValueTooLong",
      message: `Too long: may not be more than ${CSI_DRIVER_MAX_BYTES} bytes`,
    });
  }
  checkComplaints(driver, dnsSubdomainComplaints(driver.toLowerCase()), path, errors);
}

const checkCsi: Check<Csi> = (source, path, place, errors) => {
  checkCsiDriverName(source.driver ?? "", path.child("driver"), errors);
  if (place.persistent) {
    requireText(source.volumeHandle, path, "volumeHandle", errors);
    for (const name of [
      "controllerPublishSecretRef",
      "controllerExpandSecretRef",
      "nodePublishSecretRef",
      "nodeExpandSecretRef",
    ] as const) {
      checkPersistentSecretRef(source[name], path.child(name), errors);
    }
  } else if (source.nodePublishSecretRef != null) {
    const { name = "" } = source.nodePublishSecretRef;
    if (name === "") errors.push(required(path.child("nodePublishSecretRef", "name")));
    else checkComplaints(name, nameIsDnsSubdomain(name, false), path.child("name"), errors);
  }
};

const checkStorageOs: Check<NonNullable<DriverSources["storageos"]>> = (
  source,
  path,
  place,
  errors,
) => {
  const { volumeName = "", volumeNamespace = "" } = source;
  if (volumeName === "") errors.push(required(path.child("volumeName")));
  else checkDnsLabel(volumeName, path.child("volumeName"), errors);
  if (volumeNamespace !== "") checkDnsLabel(volumeNamespace, path.child("volumeNamespace"), errors);
  checkSecretRef(source.secretRef, place, path, errors);
};

const checkGlusterfs: Check<NonNullable<DriverSources["glusterfs"]>> = (
  source,
  path,
  place,
  errors,
) => {
  requireText(source.endpoints, path, "endpoints", errors);
  requireText(source.path, path, "path", errors);
  const { endpointsNamespace } = source;
  if (!place.persistent || endpointsNamespace == null) return;
  const field = path.child("endpointsNamespace");
  if (endpointsNamespace === "") {
    const detail = "if the endpointnamespace is set, it must be a valid namespace name";
    errors.push(invalidValue(field, endpointsNamespace, detail));
  } else
    checkComplaints(endpointsNamespace, nameIsDnsLabel(endpointsNamespace, false), field, errors);
};

const checkFlocker: Check<NonNullable<DriverSources["flocker"]>> = (
  source,
  path,
  _place,
  errors,
) => {
  const { datasetName = "", datasetUUID = "" } = source;
  if (datasetName === "" && datasetUUID === "") {
    errors.push(required(path, "one of datasetName and datasetUUID is required"));
  }
  if (datasetName !== "" && datasetUUID !== "") {
    const detail = "datasetName and datasetUUID can not be specified simultaneously";
    errors.push(invalidValue(path, "resource", detail));
  }
  if (datasetName.includes("/")) {
    errors.push(invalidValue(path.child("datasetName"), datasetName, "must not contain '/'"));
  }
};

/** A directory of the node. */
const checkHostPath: Check<NonNullable<DriverSources["hostPath"]>> = (
  source,
  path,
  _place,
  errors,
) => {
  const { path: directory = "", type } = source;
  if (directory === "") {
    errors.push(required(path.child("path")));
    return;
  }
  checkNoBacksteps(directory, path.child("path"), errors);
  if (type != null && !HOST_PATH_TYPES.includes(type)) {
    errors.push(notSupported(path.child("type"), type, HOST_PATH_TYPES));
  }
};

const checkNfs: Check<NonNullable<DriverSources["nfs"]>> = (source, path, _place, errors) => {
  requireText(source.server, path, "server", errors);
  requireText(source.path, path, "path", errors);
  if (!(source.path ?? "").startsWith("/")) {
    errors.push(invalidValue(path.child("path"), source.path ?? "", "must be an absolute path"));
  }
};

function requireList(name: "monitors"): Check<{ monitors?: string[] }> {
  return (source, path, _place, errors) => {
    if ((source.monitors ?? []).length === 0) errors.push(required(path.child(name)));
  };
}

type DriverTable = {
  readonly [Name in keyof Required<DriverSources>]: Check<NonNullable<DriverSources[Name]>>;
};

const checkMonitors = requireList("monitors");

const CHECKS: DriverTable = {
  hostPath: checkHostPath,
  gcePersistentDisk: (source, path, _place, errors) => {
    requireText(source.pdName, path, "pdName", errors);
    checkByte(source.partition, 1, path.child("partition"), errors);
  },
  awsElasticBlockStore: (source, path, _place, errors) => {
    requireText(source.volumeID, path, "volumeID", errors);
    checkByte(source.partition, 1, path.child("partition"), errors);
  },
  nfs: checkNfs,
  iscsi: checkIscsi,
  glusterfs: checkGlusterfs,
  flocker: checkFlocker,
  rbd: (source, path, place, errors) => {
    checkMonitors(source, path, place, errors);
    requireText(source.image, path, "image", errors);
  },
  cinder: (source, path, place, errors) => {
    requireText(source.volumeID, path, "volumeID", errors);
    checkSecretRef(source.secretRef, place, path, errors);
  },
  cephfs: checkMonitors,
  quobyte: checkQuobyte,
  fc: checkFibreChannel,
  flexVolume: checkFlex,
  azureFile: (source, path, place, errors) => {
    requireAll<typeof source>("secretName", "shareName")(source, path, place, errors);
    if (place.persistent && source.secretNamespace === "") {
      errors.push(required(path.child("secretNamespace")));
    }
  },
  azureDisk: checkAzureDisk,
  vsphereVolume: requireAll("volumePath"),
  photonPersistentDisk: requireAll("pdID"),
  portworxVolume: requireAll("volumeID"),
  scaleIO: requireAll("gateway", "system", "volumeName"),
  storageos: checkStorageOs,
  csi: checkCsi,
  local: (source, path, _place, errors) => {
    requireText(source.path, path, "path", errors);
    checkNoBacksteps(source.path ?? "", path.child("path"), errors);
  },
};

/** What the paths of a source are called where upstream's differ from its JSON name. */
const CHECK_NAMES: Readonly<Record<string, string>> = { gcePersistentDisk: "persistentDisk" };
const SECOND_NAMES: Readonly<Record<string, string>> = { cephfs: "cephFS" };

/** Names of the sources of storage systems in a volume or a persistent volume's spec. */
export function isDriverName(name: string): name is keyof DriverSources {
  return name in CHECKS;
}

function runCheck<Name extends keyof DriverSources>(
  name: Name,
  sources: DriverSources,
  path: FieldPath,
  place: SourcePlace,
  errors: FieldErrors,
): void {
  const source = sources[name];
  if (source != null) CHECKS[name](source, path.child(CHECK_NAMES[name] ?? name), place, errors);
}

/**
 * Checks one source of a storage system.
 * @param earlier - how many sources the volume has had already; a second one is only refused.
 */
export function checkDriver(
  name: keyof DriverSources,
  sources: DriverSources,
  earlier: number,
  path: FieldPath,
  place: SourcePlace,
  errors: FieldErrors,
): void {
  if (earlier === 0) runCheck(name, sources, path, place, errors);
  else {
    const field = path.child(SECOND_NAMES[name] ?? name);
    errors.push(forbiddenField(field, "may not specify more than 1 volume type"));
  }
}
