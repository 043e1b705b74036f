export { bareEnv } from "./bare-env.ts";
export { type CertificatePair, makeCertificates, type TestCertificates } from "./certificates.ts";
export { type ClusterSize, syntheticCluster } from "./cluster.ts";
export { startTestPostgres, type TestPostgres } from "./database.ts";
export { type KeystoneAccount, openKeystoneAccount } from "./keystone-account.ts";
export type { ApplicationCredentialSetup, KeystoneUserSetup, Trust } from "./keystone-directory.ts";
export {
  type IssueOptions,
  type KeystoneCounters,
  type KeystoneDouble,
  type KeystoneSetup,
  type Outage,
  startKeystone,
} from "./keystone-double.ts";
export { ledgerEvent } from "./ledger-event.ts";
export { type NatsUser, natsSecurity } from "./nats-security.ts";
export { type PromPage, readPrometheusText } from "./prometheus-text.ts";
export { type SteppingPostgres, startSteppingPostgres } from "./stepping-clock.ts";
export { until } from "./until.ts";
