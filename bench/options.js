// The command line of the bench.
import { mkdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { scenarios } from "./scenarios.js";
import { subjectNames, USUAL } from "./subject.js";

export const USAGE = `npx --yes pnpm bench [options]

  --rounds <n>         measurements of each subject in each scenario (5), after a warm-up round
  --seconds <n>        seconds of each measurement (1.25)
  --subjects <a,b>     which subjects, or "all": the files of bench/subjects
                       (${USUAL.join(",")})
  --scenarios <a,b>    which scenarios (${Object.keys(scenarios).join(",")})
  --sessions <n>       number of sessions (512)
  --connections <n>    number of connections, with one request at a time each (32)
  --before <folder>    measure the subjects also from this checkout, built, of an earlier commit
  --json               print JSON instead of tables
  --profile <folder>   write a CPU profile of each subject's last round there, and print the functions with the most time of their own`;

/**
 * @typedef {object} Options
 * @property {number} rounds
 * @property {number} seconds
 * @property {readonly string[]} subjects
 * @property {readonly string[]} scenarios
 * @property {number} sessions
 * @property {number} connections
 * @property {string | undefined} before
 * @property {boolean} json
 * @property {string | undefined} profile
 * @property {boolean} help
 */

/**
 * @param {readonly string[]} args
 * @returns {Promise<Options>}
 */
export async function readOptions(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "1.25" },
      subjects: { type: "string" },
      scenarios: { type: "string" },
      sessions: { type: "string", default: "512" },
      connections: { type: "string", default: "32" },
      before: { type: "string" },
      json: { type: "boolean", default: false },
      profile: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.profile) await mkdir(values.profile, { recursive: true });
  return {
    rounds: number("rounds", values.rounds),
    seconds: number("seconds", values.seconds),
    subjects: chooseSubjects(values.subjects, await subjectNames()),
    scenarios: choice("scenarios", values.scenarios, Object.keys(scenarios)),
    sessions: number("sessions", values.sessions),
    connections: number("connections", values.connections),
    before: values.before,
    json: values.json,
    profile: values.profile,
    help: values.help,
  };
}

/**
 * @param {string} name
 * @param {string} text
 */
function number(name, text) {
  const value = Number(text);
  const whole = name === "seconds" || Number.isInteger(value);
  if (!(value > 0) || !whole)
    throw new Error(`--${name} is ${text}, which is not a positive number of the expected kind.`);
  return value;
}

/**
 * @param {string | undefined} text
 * @param {readonly string[]} known
 */
function chooseSubjects(text, known) {
  if (text === undefined) return USUAL;
  return text === "all" ? known : choice("subjects", text, known);
}

/**
 * @param {string} name
 * @param {string | undefined} text
 * @param {readonly string[]} known
 */
function choice(name, text, known) {
  const chosen = text?.split(",") ?? known;
  const unknown = chosen.filter((each) => !known.includes(each));
  if (unknown.length > 0)
    throw new Error(`--${name}: ${unknown.join(", ")} is not one of ${known.join(", ")}.`);
  return chosen;
}
