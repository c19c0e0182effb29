// The example does what the page says that shows it.
import { exampleSuite } from "../../../test/examples/example-suite.ts";
import { createApp } from "../app.js";

exampleSuite(import.meta.url, "packages/koa/README.md", createApp);
