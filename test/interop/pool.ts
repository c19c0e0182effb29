// Random keys and values to store: for gob of every type that both Go and Node support, for JSON of the JSON types.
import { SeededRandom } from "../seeded-random.ts";
import { askGo } from "../../packages/gob/test/go/ask-go.ts";
import { RandomTyped } from "../../packages/gob/test/go/random-typed.ts";
import { toTypedJson } from "./format.ts";
import type { Pool } from "./plan.ts";
import { text } from "./session-model.ts";
import type { SharedSettings } from "./shared-settings.ts";

const SIZE = 400;
const STRINGS = ["", "a", "hello <&> world", "ключ", "😀", "a\0b", "\u2028", "s".repeat(200)];
const NUMBERS = [0, 1, -1, 0.1, 2.5, -1e-7, 1e21, 1e300, 5e-324, 2 ** 53, 1_700_000_000_123];
const KEYS = ["a", "user", "ключ", "😀", "a.b", "hello world", "0", "__proto__", "constructor"];

export function randomPool(random: SeededRandom, serializer: SharedSettings["serializer"]): Pool {
  return serializer === "gob" ? gobPool(random) : jsonPool(random);
}

/** Values after a store and a load in Go, because gob itself drops nil lists and zero fields. */
function gobPool(random: SeededRandom): Pool {
  const typed = new RandomTyped(random, { mapEntries: 4 });
  const sessions = Array.from({ length: SIZE }, () => typed.session());
  return askGo(sessions.map((encode) => ({ encode }))).flatMap(({ values, error }) => {
    if (values?.kv === undefined) throw new Error(`Go did not store it: ${error}`);
    return values.kv;
  });
}

function jsonPool(random: SeededRandom): Pool {
  return Array.from({ length: SIZE }, () => [
    text(random.pick(KEYS)),
    toTypedJson(randomJson(random, 3)),
  ]);
}

function randomJson(random: SeededRandom, depth: number): unknown {
  const some = <Item>(make: () => Item): Item[] => Array.from({ length: random.below(4) }, make);
  switch (random.below(depth > 0 ? 6 : 4)) {
    case 0:
      return null;
    case 1:
      return random.chance(0.5);
    case 2:
      return random.pick(NUMBERS);
    case 3:
      return random.pick(STRINGS);
    case 4:
      return some(() => randomJson(random, depth - 1));
    default:
      return Object.fromEntries(
        some(() => [random.pick(KEYS), randomJson(random, depth - 1)] as const),
      );
  }
}
