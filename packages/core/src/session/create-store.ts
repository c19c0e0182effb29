// The two ways in: a store made of keys and options, and the records layer alone.
import { EncryptedBackend, type EncryptedBackendOptions } from "../backends/encrypted-backend.ts";
import { openBackend } from "../backends/open-backend.ts";
import type { Backend } from "../backends/backend.ts";
import type { CodecOptions } from "../codec/codec.ts";
import { openKeyRing, requireLongKeys, type KeyRing, type Keys } from "../codec/key-ring.ts";
import { newSessionId } from "../codec/session-id.ts";
import { publicIdOf, publish } from "../diagnostics.ts";
import { ConfigError } from "../errors.ts";
import {
  checkCookie,
  DEFAULT_COOKIE_OPTIONS,
  type ResolvedCookieOptions,
} from "../options/cookie-options.ts";
import {
  collect,
  type OptionalStoreOption,
  type SessionLimit,
  type Settings,
} from "../options/option.ts";
import { RecordFormat } from "../changes/record-format.ts";
import { Records } from "./records.ts";
import { jsonSerializer } from "../serializers/json.ts";
import { declareStoreLayout, type RediStore } from "./redi-store.ts";
import type { SessionData } from "./session-data.ts";
import { Store } from "./store.ts";

/** Defaults that differ between the store and records alone: the original's, and what users of express-session expect. */
interface RecordDefaults {
  readonly maxLength: number;
  readonly defaultMaxAge: number;
}

const STORE_DEFAULTS: RecordDefaults = { maxLength: 4096, defaultMaxAge: 1200 };
const RECORDS_DEFAULTS: RecordDefaults = { maxLength: 0, defaultMaxAge: 86_400 };
const DEFAULT_OPERATION_TIMEOUT_SECONDS = 1;
const NO_LIMIT: SessionLimit = { limit: Infinity, atLimit: "refuse" };
const DEFAULT_MAX_READ_LENGTH = 1024 * 1024;

/** The options of cookies, which `createRecords` refuses: a new cookie option belongs here, too. `maxAge` is the record's as well. */
const OF_COOKIES = [
  "cookieName",
  "audience",
  "clearSiteData",
  "rolling",
  "renewal",
  "path",
  "domain",
  "secure",
  "httpOnly",
  "sameSite",
  "partitioned",
  "priority",
] as const;

/**
 * Opens a store of sessions. Connects to Redis, and checks that sessions can be stored. Waits for a Redis that is still starting, for
 * 10 seconds or `withConnectTimeout`. Rejects at once if waiting cannot help. No connection stays open after a rejection.
 *
 * ```ts
 * const store = await createStore(keysFromEnv(), withURL("redis://localhost:6379/0"), production && withTLS({}));
 * ```
 *
 * **Keys**: `keysFromEnv`, `keysFromStrings`, `keysFromBytes`, `KeyPair[]`, or a function that gives them (asked once a minute at most).
 *
 * **Connection**, exactly one: `withURL`, `withAddress`, `withClient`, `withCluster`, `withSentinel`, `withMemory`, `withBackend`.
 * With one that is opened here: `withAuth`, `withPassword`, `withTLS`, `withDB` (`withDBNum`), `withPoolSize`, `withPoolIdleTimeout`.
 *
 * **Sessions**: `withMaxAge`, `withDefaultMaxAge`, `withAnonymousMaxAge`, `withRolling`, `withRenewal`, `withAbsoluteTimeout`, `withPrincipal`,
 * `withMaxSessionsPerPrincipal`, `withMaxLength`, `withMaxReadLength`, `withSerializer`, `withConcurrency`, `withKeyPrefix`.
 *
 * **Cookies**: `withCookieName`, `withPath`, `withSessionOptions`.
 *
 * **Secrecy**: `withEncryptedValues`, `withAudience`, `withClearSiteData`; `hardened` for all that a security review asks for.
 *
 * **Operation**: `withConnectTimeout`, `withOperationTimeout`, and for tests `withClock`.
 *
 * @throws ConfigError if keys or options are wrong, or if Redis refuses the login, lacks rights or scripts, or is a replica;
 * StoreUnavailableError if Redis cannot be reached
 * @see boj/redistore NewStore
 */
export async function createStore<Data extends object = SessionData>(
  keys: Keys,
  ...options: OptionalStoreOption[]
): Promise<RediStore<Data>> {
  const settings = collect(options);
  const defaultName = settings.get("cookieName") ?? "session";
  const cookieOptions = resolveCookieOptions(settings);
  checkCookie(defaultName, cookieOptions);
  const now = clock(settings);
  if (settings.get("encryptedValues")?.keys) {
    throw new ConfigError(
      "withEncryptedValues has keys, and createStore encrypts with its own. Leave them out.",
    );
  }
  const strong = requireLongKeys(keys, settings.get("keyBytes") ?? 0);
  const keyRing = await openKeys(strong, settings, { maxAge: cookieOptions.maxAge, now });
  const records = await openRecords<Data>(settings, STORE_DEFAULTS, keyRing);
  const [audience, rolling] = [settings.get("audience"), settings.get("rolling")];
  checkIntervals(settings, cookieOptions.maxAge);
  const clearSiteData = settings.get("clearSiteData");
  const cookies = { cookieOptions, clearSiteData };
  return new Store({ records, keyRing, defaultName, audience, rolling, ...cookies, now });
}

/**
 * The records layer alone, for stores of other session libraries: the options of {@link createStore} that are not about cookies.
 * `withMaxLength` defaults to no limit here, `withDefaultMaxAge` to 86,400 seconds. `withEncryptedValues` needs `keys` here.
 */
export async function createRecords<Data extends object = SessionData>(
  ...options: OptionalStoreOption[]
): Promise<Records<Data>> {
  const settings = collect(options);
  for (const name of OF_COOKIES) {
    const by = settings.setBy(name);
    if (by === undefined) continue;
    throw new ConfigError(
      `${by} sets "${name}" of a cookie, and createRecords makes no cookies. Leave it out, or use createStore.`,
    );
  }
  const encrypted = settings.get("encryptedValues");
  if (encrypted && !encrypted.keys) {
    throw new ConfigError(
      "withEncryptedValues has no keys, and createRecords has no others. Give it some: withEncryptedValues({ keys: keysFromEnv() }).",
    );
  }
  const keyRing = encrypted?.keys && (await openKeys(encrypted.keys, settings));
  return openRecords(settings, RECORDS_DEFAULTS, keyRing);
}

function openKeys(keys: Keys, settings: Settings, codec?: CodecOptions): Promise<KeyRing> {
  const testClock = settings.get("now");
  return openKeyRing(keys, {
    ...(codec && { codec }),
    ...(testClock && { elapsed: testClock }),
    onFailure: (error) => publish("keys-failed", () => ({ error })),
  });
}

async function openRecords<Data extends object>(
  settings: Settings,
  defaults: RecordDefaults,
  keyRing: KeyRing | undefined,
): Promise<Records<Data>> {
  declareStoreLayout();
  // With fractions: rounded down, a record in memory would expire up to a second early.
  const now = settings.get("now") ?? (() => Date.now() / 1000);
  const keyPrefix = settings.get("keyPrefix") ?? "session_";
  const backend: Backend = await openBackend(settings, { keyPrefix, now });
  const format = new RecordFormat(
    settings.get("serializer") ?? jsonSerializer,
    settings.get("maxLength") ?? defaults.maxLength,
    settings.get("maxReadLength") ?? defaultMaxReadLength(settings),
  );
  const encrypted = settings.get("encryptedValues");
  return new Records<Data>({
    backend:
      encrypted && keyRing
        ? encrypting(backend, {
            keyRing,
            keyPrefix,
            compress: encrypted.compress ?? false,
            maxReadLength: format.maxReadLength,
          })
        : backend,
    format,
    settings: {
      maxAge: settings.get("maxAge") ?? DEFAULT_COOKIE_OPTIONS.maxAge,
      defaultMaxAge: settings.get("defaultMaxAge") ?? defaults.defaultMaxAge,
      anonymousMaxAge: settings.get("anonymousMaxAge") ?? Infinity,
      absoluteTimeout: settings.get("absoluteTimeout") ?? Infinity,
      principalOf: settings.get("principalOf"),
      sessionLimit: settings.get("sessionLimit") ?? NO_LIMIT,
      renewal: settings.get("renewal"),
      operationTimeout: settings.get("operationTimeout") ?? DEFAULT_OPERATION_TIMEOUT_SECONDS,
      concurrency: settings.get("concurrency") ?? "merge",
      now,
    },
    newId: newSessionId,
  });
}

function encrypting(
  backend: Backend,
  options: Omit<EncryptedBackendOptions, "onOldKey" | "onUndecipherable">,
): Backend {
  return new EncryptedBackend(backend, {
    ...options,
    onOldKey: (id, keyIndex) => publish("old-key", () => ({ publicId: publicIdOf(id), keyIndex })),
    onUndecipherable: (id) =>
      publish("rejected", () => ({ publicId: publicIdOf(id), reason: "undecipherable" })),
  });
}

/** Where writing has explicitly no limit, reading has none either. */
function defaultMaxReadLength(settings: Settings): number {
  return settings.get("maxLength") === 0 ? 0 : DEFAULT_MAX_READ_LENGTH;
}

function resolveCookieOptions(settings: Settings): ResolvedCookieOptions {
  const resolved: Record<string, unknown> = { ...DEFAULT_COOKIE_OPTIONS };
  for (const name of Object.keys(resolved) as (keyof ResolvedCookieOptions)[]) {
    resolved[name] = settings.get(name) ?? resolved[name];
  }
  return Object.freeze(resolved) as unknown as ResolvedCookieOptions;
}

/** @throws ConfigError if sessions expire before activity could keep them alive, or before they could get a new id */
function checkIntervals(settings: Settings, maxAge: number): void {
  const lifetime = maxAge || settings.get("defaultMaxAge") || STORE_DEFAULTS.defaultMaxAge;
  for (const name of ["rolling", "renewal"] as const) {
    const { every } = settings.get(name) ?? {};
    if (every === undefined || every < lifetime) continue;
    throw new ConfigError(
      `${settings.setBy(name)}: every is ${every} seconds, and sessions live for ${lifetime}. It has to be shorter, or they expire before.`,
    );
  }
}

function clock(settings: Settings): () => number {
  return settings.get("now") ?? (() => Math.floor(Date.now() / 1000));
}
