// The public surface of @redistore/core, in the order in which one meets it.
export { createRecords, createStore } from "./session/create-store.ts";
export type { RediStore } from "./session/redi-store.ts";
export type { Session, SessionRejection } from "./session/session.ts";
export type { SaveContext } from "./cookies/cookie-carrier.ts";
export type { SessionData } from "./session/session-data.ts";
export type { SetCookie } from "./cookies/set-cookie.ts";
export type { CookieCarrier } from "./cookies/cookie-carrier.ts";

export {
  generateKeys,
  keysFromBytes,
  keysFromEnv,
  keysFromStrings,
  type KeyPair,
} from "./codec/keys.ts";
export type { Keys } from "./codec/key-ring.ts";
export type { KeyFunction } from "./codec/key-function.ts";

export {
  withAddress,
  withClient,
  withCluster,
  withMemory,
  withSentinel,
  withURL,
} from "./options/connection-options.ts";
export {
  withAuth,
  withConnectTimeout,
  withDB,
  withDBNum,
  withIdleTimeout,
  withPassword,
  withPoolIdleTimeout,
  withPoolSize,
  withTLS,
} from "./options/connection-details.ts";
export type {
  AddressMap,
  ClusterOptions,
  NodeAddress,
  Password,
  SentinelOptions,
} from "./options/connection.ts";
export type { NodeAddressInput } from "./options/node-address.ts";
export {
  withAbsoluteTimeout,
  withAnonymousMaxAge,
  withDefaultMaxAge,
  withRenewal,
  withRolling,
} from "./options/lifetime-options.ts";
export { withMaxSessionsPerPrincipal, withPrincipal } from "./options/principal-options.ts";
export {
  withClock,
  withConcurrency,
  withCookieName,
  withKeyPrefix,
  withMaxAge,
  withMaxLength,
  withMaxReadLength,
  withOperationTimeout,
  withPath,
  withSerializer,
  withSessionOptions,
} from "./options/store-options.ts";
export {
  withAudience,
  withClearSiteData,
  withEncryptedValues,
  type SiteData,
} from "./options/secrecy-options.ts";
export { hardened } from "./options/hardened.ts";
export type { CookieOptions, ResolvedCookieOptions } from "./options/cookie-options.ts";
export type {
  Concurrency,
  EncryptedValues,
  OptionalStoreOption,
  Renewal,
  Rolling,
  SessionLimit,
  StoreOption,
} from "./options/option.ts";

export { jsonSerializer } from "./serializers/json.ts";
export { structuredSerializer } from "./serializers/structured.ts";
export { UnserializableValue, type Serializer } from "./serializers/serializer.ts";

export { createCodec } from "./codec/secure-cookie.ts";
export type { Codec, CodecOptions, Decoded, Rejected, Rejection } from "./codec/codec.ts";

export type {
  HostLifetime,
  ListedSession,
  PrincipalSessions,
} from "./session/principal-sessions.ts";
export type { Records } from "./session/records.ts";
export type { RecordState } from "./protocol/record-location.ts";
export type { SessionRecord } from "./session/session-record.ts";
export type { Resolve } from "./changes/merge.ts";
export type { Regeneration } from "./protocol/regenerate/regeneration.ts";
export { withBackend } from "./backends/with-backend.ts";
export type { Activity } from "./backends/activity.ts";
export type {
  Backend,
  Deletion,
  Entry,
  Health,
  InspectedEntry,
  WriteResult,
} from "./backends/backend.ts";
export type {
  Admission,
  Admitted,
  Bar,
  Member,
  PrincipalIndex,
} from "./backends/principal-index.ts";
export type { Deadline } from "./backends/deadline.ts";
export type { Ending, RedirectTombstone, Successor, Tombstone } from "./backends/tombstone.ts";

export { onEvent, type StoreEvent } from "./diagnostics.ts";
export type { Events, Operation, OperationContext, SessionEvent } from "./diagnostics.ts";
export {
  ConfigError,
  ConflictError,
  HeadersSentError,
  RedistoreError,
  SerializationError,
  SessionGoneError,
  SessionLimitError,
  SessionTooLargeError,
  StoreUnavailableError,
  isRedistoreError,
  type AnyRedistoreError,
  type RedistoreErrorCode,
} from "./errors.ts";
