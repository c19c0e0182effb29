// Two versions of this package, or of core, in one process whose shared objects differ.
import type { IncomingMessage } from "node:http";
import { twoVersionsSuite } from "../../../test/two-versions.ts";
import { ExpressSessionStore } from "../src/express-session/index.ts";
import { getSession, session } from "../src/index.ts";

twoVersionsSuite("@redistore/express", {
  mount: (store) => session(store),
  ask: () => getSession({} as IncomingMessage),
  dropIn: (records) => new ExpressSessionStore(records),
});
