// The suite for adapters, over node:http and a real Redis.
import { randomUUID } from "node:crypto";
import { createStore, withKeyPrefix, withOperationTimeout, withURL } from "@redistore/core";
import { describe, inject, it } from "vitest";
import { adapterSuite, type SuiteData } from "../../src/testing/index.ts";
import { startStages } from "../stages.ts";
import { KEYS } from "../serve.ts";

adapterSuite(
  { describe, it },
  {
    start: startStages,
    open: () =>
      createStore<SuiteData>(
        KEYS,
        withURL(inject("redisUrl")),
        withKeyPrefix(`http_${randomUUID()}_`),
        // What is tested is not how fast a busy machine is.
        withOperationTimeout(20),
      ),
  },
);
