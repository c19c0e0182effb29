// Two versions of this package, or of core, in one process whose shared objects differ.
import type { ExtendableContext } from "koa";
import { twoVersionsSuite } from "../../../test/two-versions.ts";
import { getSession, session } from "../src/index.ts";
import { KoaSessionStore } from "../src/koa-session/index.ts";

twoVersionsSuite("@redistore/koa", {
  mount: (store) => session(store),
  ask: () => getSession({} as ExtendableContext),
  dropIn: (records) => new KoaSessionStore(records),
});
