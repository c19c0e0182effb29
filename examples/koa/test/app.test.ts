// Tests the example, and that its page quotes it.
import { exampleSuite } from "../../../test/examples/example-suite.ts";
import { createApp } from "../app.js";

exampleSuite(import.meta.url, "docs/getting-started.md", createApp);
