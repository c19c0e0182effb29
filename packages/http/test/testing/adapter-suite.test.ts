// The suite for adapters, over node:http and stores in memory.
import { describe, it } from "vitest";
import { adapterSuite } from "../../src/testing/index.ts";
import { start } from "./node-adapter.ts";

adapterSuite({ describe, it }, { start });
