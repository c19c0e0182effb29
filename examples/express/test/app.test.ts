// The example does what the page says that shows it.
import { exampleSuite } from "../../../test/examples/example-suite.ts";
import { createApp } from "../app.js";

// Express prints the errors that it answers, except in tests.
exampleSuite(import.meta.url, "packages/express/README.md", (store) =>
  createApp(store).set("env", "test"),
);
