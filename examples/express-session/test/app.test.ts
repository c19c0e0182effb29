// Tests the example, and that its page quotes it.
import { exampleSuite } from "../../../test/examples/example-suite.ts";
import { createApp } from "../app.js";

exampleSuite(
  import.meta.url,
  "docs/moving-from-express-session.md",
  ({ records }) => createApp(records, "a secret of the tests"),
  { keepsCount: false, refusesEnded: false },
);
