// Plans random walks from a seed: each step, its server, the server that shows the session next, and the expected results.
import type { SeededRandom } from "../seeded-random.ts";
import { type Typed, canonical } from "../../packages/gob/test/go/typed-json.ts";
import { toTypedJson } from "./format.ts";
import { SERVERS } from "./four-servers.ts";
import { type SessionModel, type Step, text } from "./session-model.ts";
import type { SharedSettings } from "./shared-settings.ts";

/** One step on one server, then the session as any of the servers shows it. */
export interface Visit {
  readonly server: string;
  readonly step: Step;
  /** What `server` responds to the step. */
  readonly response: string;
  readonly viewer: string;
  /** The whole session as `viewer` shows it. */
  readonly shown: string;
  /** After a session was ended: the session that `viewer` shows for its old cookie. */
  readonly shownForOldCookie?: string;
}

/** Keys and values, each as it is in the session after a store and a load. */
export type Pool = readonly (readonly [key: Typed, value: Typed])[];

const FLASHES = ["_flash", "notices"];
/** Created by the first increment, on any server. */
const VIEWS = text("views");
/** Set to a number of a random type before it is incremented. */
const HITS = text("hits");
const HITS_TYPES = ["int", "int64", "uint32", "int16"];

const EMPTY_SESSION = canonical({ t: "map[interface {}]interface {}", kv: [] });

/** Plans visits that continue the model's session. */
export function planWalk(
  random: SeededRandom,
  serializer: SharedSettings["serializer"],
  model: SessionModel,
  pool: Pool,
  length: number,
): Visit[] {
  return Array.from({ length }, () => {
    const step = randomStep(random, serializer, model, pool);
    return {
      server: random.pick(SERVERS),
      step,
      response: responseText(model.apply(step)),
      viewer: random.pick(SERVERS),
      shown: canonical(model.session),
      ...(step.path === "/end" && { shownForOldCookie: EMPTY_SESSION }),
    };
  });
}

/** The body of a response as text, which is equal if the model and a server respond the same. */
export function responseText(body: Typed | readonly Typed[] | null): string {
  if (body === null) return "null";
  return "t" in body ? canonical(body) : body.map(canonical).join("\n");
}

function randomStep(
  random: SeededRandom,
  serializer: SharedSettings["serializer"],
  model: SessionModel,
  pool: Pool,
): Step {
  const { keys } = model;
  const dice = random.next();
  if (dice < 0.3 || keys.length === 0) {
    const [key, value] = random.pick(pool);
    return { path: "/set", key, value };
  }
  if (dice < 0.4) return { path: "/increment", key: VIEWS };
  if (dice < 0.45) return { path: "/set", key: HITS, value: randomCount(random, serializer) };
  if (dice < 0.5) return { path: "/increment", key: model.get(HITS) ? HITS : VIEWS };
  if (dice < 0.65) {
    const [, value] = random.pick(pool);
    return { path: "/flash", name: random.pick(FLASHES), value };
  }
  if (dice < 0.8) return { path: "/flashes", name: random.pick(FLASHES) };
  if (dice < 0.95) return { path: "/delete", key: random.pick(keys) };
  return { path: "/end" };
}

function randomCount(random: SeededRandom, serializer: SharedSettings["serializer"]): Typed {
  const count = random.below(1000);
  if (serializer === "json" || random.chance(0.2)) return toTypedJson(count);
  return { t: random.pick(HITS_TYPES), v: String(count) };
}
