// The suite for adapters, over node:http and stores in memory.
import { describe, it } from "vitest";
import { adapterSuite } from "../../src/testing/index.ts";
import { startStages } from "../stages.ts";

adapterSuite({ describe, it }, { start: startStages });
