// Each rule of the save protocol is taken out of the product once, and a model has to find that.
import { afterEach, describe, expect, it } from "vitest";
import { SeededRandom } from "../seeded-random.ts";
import { ARRIVING } from "./arriving.ts";
import { judge } from "./judges.ts";
import { MOVING } from "./moving.ts";
import type { Edit } from "./mutant.ts";
import { type Copy, copyWith } from "./mutated-copy.ts";
import { SCRIPTS } from "./scripts.ts";
import { USERS } from "./users.ts";
import { WRITING } from "./writing.ts";

/** Ten times what the rarest mutant takes to be found, so that luck decides nothing. */
const RUNS = 150_000;
/** For the product as it is. The models' own tests do more. */
const RUNS_OF_THE_PRODUCT = 3000;

const random = new SeededRandom("Mutants of the save protocol");
let copy: Copy | undefined;
const make = (edits: readonly Edit[]): Copy => (copy = copyWith(edits));
const onLoad = (find: string): Edit => ({ file: "protocol/load.ts", find, replace: "" });
afterEach(() => {
  copy?.remove();
  copy = undefined;
});

describe("with all rules", () => {
  it.each(["browsers", "interleavings", "users", "contract"] as const)(
    "the model of %s finds nothing",
    async (by) => {
      expect(await judge(by, make([]), random, RUNS_OF_THE_PRODUCT)).toBeUndefined();
    },
  );
});

describe.each([
  ["what a request finds", ARRIVING],
  ["saves and logouts", WRITING],
  ["logins and renewals", MOVING],
  ["the index of a user's sessions", USERS],
  ["the scripts in Redis", SCRIPTS],
])("without one rule of %s, a model fails", (_, mutants) => {
  const named = mutants.map((mutant) => [mutant.rule, mutant] as const);
  it.each(named)("%s", { timeout: 300_000 }, async (_rule, { judge: by, edits }) => {
    expect(await judge(by, make(edits), random, RUNS)).toEqual(expect.any(String));
  });
});

describe("a mutant whose text is not there", () => {
  it("fails by name, and so does one whose text is there twice", () => {
    expect(() => make([onLoad("no such text")])).toThrow(/protocol\/load.ts has 0 times/);
    expect(() => make([onLoad("import type")])).toThrow(/protocol\/load.ts has \d+ times/);
  });
});
