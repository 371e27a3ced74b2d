import manifest from "../../package.json" with { type: "json" };

/** Version of the `countersign` package. */
export const PACKAGE_VERSION: string = manifest.version;
