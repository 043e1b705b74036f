/**
 * What one side of a TLS connection has, each as PEM text. A type for all borders (gRPC, NATS, PostgreSQL, HTTP), so
 * that one reader of files serves them; who asks what of its peer is each border's own matter.
 */
export interface TlsMaterial {
  /** Authorities whose certificates of the other side are believed. */
  ca?: string;
  /** Own certificate, with those between it and its authority after it. */
  cert?: string;
  /** The private key of `cert`, without a passphrase. */
  key?: string;
}
