// Every event of a session's life and of its cookies and keys, caused on purpose.
import {
  createCodec,
  createStore,
  type KeyPair,
  keysFromStrings,
  SessionGoneError,
  withAbsoluteTimeout,
  withClock,
  withEncryptedValues,
  withMaxAge,
  withMaxSessionsPerPrincipal,
  withRenewal,
} from "@redistore/core";
import { expect, onTestFinished } from "vitest";
import { type Data, KEYS, redisOptions } from "../../stores.ts";

/** Causes every event, of every kind, on Redis. `secrets` gets the ids and cookies. `value` is in each session and in the error of the keys. */
export async function causeAllEvents(
  secrets: Set<string>,
  { value, user }: { readonly value: string; readonly user: string },
): Promise<void> {
  const clock = { now: Math.floor(Date.now() / 1000) };
  const [NEW, OLD] = [keysFromStrings("n".repeat(32)), keysFromStrings("o".repeat(32))];
  let keys = (): KeyPair[] => [...NEW, ...OLD];
  const options = [
    redisOptions(),
    withClock(() => clock.now),
    withEncryptedValues(),
    withMaxAge(10_000),
    withAbsoluteTimeout(5000),
    withRenewal({ every: 600, grace: 30 }),
    withMaxSessionsPerPrincipal(1),
  ];
  const store = await createStore<Data>(() => keys(), options);
  const another = await createStore<Data>(KEYS, options);
  onTestFinished(async () => void (await Promise.all([store.close(), another.close()])));
  const cookieOf = (id: string, pairs = NEW): string => {
    secrets.add(id);
    const cookie = createCodec(pairs, { now: () => clock.now }).encode("session", id);
    secrets.add(cookie);
    return cookie;
  };
  const load = (...cookies: string[]) => store.load("session", cookies);
  const logIn = async (principal: string) => {
    const login = store.create();
    await login.regenerate({ principal });
    login.values["token"] = value;
    await login.save();
    return login;
  };

  const first = store.create();
  first.values["token"] = value;
  await first.save(); // created
  const guest = cookieOf(first.id);
  await load(cookieOf(first.id, OLD)); // old-key
  const other = await load(guest);
  other.values["other"] = value;
  first.values["one"] = value;
  await other.save();
  await first.save(); // conflict
  await first.regenerate();
  await load("junk", guest); // malformed, gone
  await store.load("admin", guest); // tampered
  const foreign = another.create();
  foreign.values["token"] = value;
  await foreign.save();
  await load(cookieOf(foreign.id)); // undecipherable
  await load(cookieOf(first.id), cookieOf((await logIn("eve")).id)); // ambiguous
  const slow = await load(cookieOf(first.id));
  await first.destroy(); // logout
  slow.values["late"] = value;
  await expect(slow.save()).rejects.toThrow(SessionGoneError); // gone

  await logIn(user);
  clock.now += 1;
  const second = await logIn(user); // capped, limit
  const old = cookieOf(second.id);
  clock.now += 600;
  const due = await load(old);
  await store.save(due); // renewed
  await store.save(await load(cookieOf(due.id)));
  clock.now += 31;
  await load(old); // reused
  await store.principal(user).destroyAll(); // elsewhere
  const long = cookieOf((await logIn("ann")).id);
  clock.now += 5001;
  await load(long); // expired, by withAbsoluteTimeout
  clock.now += 10_000;
  keys = () => {
    throw new Error(value);
  };
  await load(long); // expired, the cookie; keys-failed
}
