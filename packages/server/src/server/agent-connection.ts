import { isIP } from "node:net";
import { type ConnectionOptions, createSecureContext, type SecureContext } from "node:tls";
import type { KeyedCertificate } from "../tls/certificate-authority.ts";

export interface AgentConnectionOptions {
  /** Who the server is to agents. Asked for at every connection, since it is renewed. */
  readonly clientCertificate: () => KeyedCertificate;
  /** PEM of the authorities that agents' certificates rest on; empty: whatever they show is taken. */
  readonly certificateAuthority: string;
}

export interface AgentPlace {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
}

/** Options of one TLS connection to the agent of a node: for `tls.connect` and for `https.request`. */
export type ConnectAgent = (place: AgentPlace) => ConnectionOptions;

/**
 * Connections to agents, in the name of the server. Without an authority the agent's certificate is
 * not checked, as by a kube-apiserver without `--kubelet-certificate-authority`.
 * @see kubernetes pkg/kubelet/client/kubelet_client.go
 */
export function createAgentConnection(options: AgentConnectionOptions): ConnectAgent {
  const { certificateAuthority } = options;
  let shown = "";
  let context: SecureContext | undefined;
  const secureContext = (): SecureContext => {
    const { key, cert } = options.clientCertificate();
    if (context === undefined || cert !== shown) {
      shown = cert;
      const ca = certificateAuthority === "" ? {} : { ca: certificateAuthority };
      context = createSecureContext({ key, cert, ...ca });
    }
    return context;
  };
  return ({ host, port }) => ({
    host,
    port,
    secureContext: secureContext(),
    rejectUnauthorized: certificateAuthority !== "",
    ALPNProtocols: ["http/1.1"],
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
}
