// The example does what its README says.
import { exampleSuite } from "../../../test/examples/example-suite.ts";
import { createApp } from "../app.js";

exampleSuite(import.meta.url, "koa", createApp);
