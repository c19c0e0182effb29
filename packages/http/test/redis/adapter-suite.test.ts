// The suite for adapters, over node:http and a real Redis.
import { describe, it } from "vitest";
import { redisStore } from "../../../../test/stores.ts";
import { adapterSuite } from "../../src/testing/index.ts";
import { start } from "../testing/node-adapter.ts";

adapterSuite({ describe, it }, { start, open: redisStore });
