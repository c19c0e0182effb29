// Plans walks: which server is asked for what, where the session is looked at then, and what has to be there. All of it from the seed.
import type { SeededRandom } from "../seeded-random.ts";
import { type Typed, canonical } from "../../packages/gob/test/go/typed-json.ts";
import { toTypedJson } from "./format.ts";
import type { Place } from "./place.ts";
import { SERVERS } from "./four-servers.ts";
import { type SessionModel, type Step, text } from "./session-model.ts";

/** One step on one server, and a look at the session on another or the same. */
export interface Visit {
  readonly server: string;
  readonly step: Step;
  readonly answer: string;
  readonly viewer: string;
  /** All that is shown there. */
  readonly shown: string;
  /** Of a session that was ended: what is shown there to its old cookie. */
  readonly left?: string;
}

/** Keys with values for them, each as the session holds it after it was stored. */
export type Pool = readonly (readonly [key: Typed, value: Typed])[];

const FLASHES = ["_flash", "notices"];
/** Made by the first increment, on either side. */
const VIEWS = text("views");
/** Set to a number of one type or another before it is incremented. */
const HITS = text("hits");
const HITS_TYPES = ["int", "int64", "uint32", "int16"];

const NOTHING = canonical({ t: "map[interface {}]interface {}", kv: [] });

/** Visits that go on with the session of the model. */
export function planWalk(
  random: SeededRandom,
  serializer: Place["serializer"],
  model: SessionModel,
  pool: Pool,
  length: number,
): Visit[] {
  return Array.from({ length }, () => {
    const step = randomStep(random, serializer, model, pool);
    return {
      server: random.pick(SERVERS),
      step,
      answer: canonicalAnswer(model.take(step)),
      viewer: random.pick(SERVERS),
      shown: canonical(model.session),
      ...(step.path === "/end" && { left: NOTHING }),
    };
  });
}

/** The same text for the same answer, from a model or a server. */
export function canonicalAnswer(answer: Typed | readonly Typed[] | null): string {
  if (answer === null) return "null";
  return "t" in answer ? canonical(answer) : answer.map(canonical).join("\n");
}

function randomStep(
  random: SeededRandom,
  serializer: Place["serializer"],
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

function randomCount(random: SeededRandom, serializer: Place["serializer"]): Typed {
  const count = random.below(1000);
  if (serializer === "json" || random.chance(0.2)) return toTypedJson(count);
  return { t: random.pick(HITS_TYPES), v: String(count) };
}
