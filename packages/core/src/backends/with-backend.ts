// The option that stores sessions in a backend of the application.
import { ConfigError } from "../errors.ts";
import { option, type StoreOption } from "../options/option.ts";
import type { Backend } from "./backend.ts";

/** Checked against the contract by the compiler: a method that is added there is missing here. */
const METHODS: Record<keyof Backend, true> = {
  get: true,
  getMany: true,
  inspect: true,
  touch: true,
  roll: true,
  create: true,
  replace: true,
  retire: true,
  delete: true,
  admit: true,
  members: true,
  bar: true,
  dismiss: true,
  ids: true,
  health: true,
  close: true,
};

/**
 * Stores the sessions in a backend of your own, in place of a connection to Redis. It has to pass the suite of `@redistore/core/testing`.
 * `withKeyPrefix` has no effect on it. `store.close()` closes it.
 *
 * ```ts
 * const store = await createStore(keysFromEnv(), withBackend(new MyBackend()));
 * ```
 *
 * @throws ConfigError if a method of the contract is missing
 */
export function withBackend(backend: Backend): StoreOption {
  const candidate: Partial<Record<keyof Backend, unknown>> = backend ?? {};
  const missing = Object.keys(METHODS).filter(
    (name) => typeof candidate[name as keyof Backend] !== "function",
  );
  if (missing.length > 0) {
    throw new ConfigError(
      `withBackend takes an object with the methods of Backend; ${missing.join(", ")} ${missing.length > 1 ? "are" : "is"} missing. Test it with backendSuite of @redistore/core/testing.`,
    );
  }
  return option((settings) =>
    settings.set("withBackend", "connection", { kind: "backend", backend }),
  );
}
