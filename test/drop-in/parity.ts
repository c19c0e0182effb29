// Compares a drop-in store with the store that its library comes with: the parts that the tables of all libraries use.
import type { Browser, BrowserRequest } from "../../packages/http/src/testing/index.ts";

/** A deliberate difference. */
export interface Difference {
  readonly because: string;
  /** What is observed on our store where the two differ, by the number of the observation. */
  readonly ours: Readonly<Record<number, unknown>>;
}

/** A path to visit with one browser, or something else to do, whose result is observed too. */
export type Step<Scene> = string | ((scene: Scene) => unknown);

/** The status, the text or JSON, and the cookies of a response. */
export async function observeResponse(
  browser: Browser,
  path: string,
  request?: BrowserRequest,
): Promise<unknown[]> {
  const { status, headers, text, setCookie } = await browser.visit(path, request);
  const isJson = headers["content-type"]?.startsWith("application/json") && text !== "";
  return [status, isJson ? (JSON.parse(text) as unknown) : text, ...setCookie];
}

/** What the steps showed, in their order, with all that differs from run to run replaced by `comparable`. */
export async function observeSteps<Scene extends { visit(path: string): Promise<unknown[]> }>(
  scene: Scene,
  steps: readonly Step<Scene>[],
  comparable: (json: string) => string,
): Promise<unknown[]> {
  const observed: unknown[] = [];
  for (const step of steps) {
    const result = typeof step === "string" ? await scene.visit(step) : await step(scene);
    if (result !== undefined) observed.push(result);
  }
  return JSON.parse(comparable(JSON.stringify(observed))) as unknown[];
}

/** Replaces what `pattern` matches by numbers, in the order in which it comes first. */
export function numbered(text: string, pattern: RegExp, noun: string): string {
  const found: string[] = [];
  return text.replaceAll(pattern, (id) => {
    if (!found.includes(id)) found.push(id);
    return `${noun} ${found.indexOf(id) + 1}`;
  });
}

export function minutesFromNow(time: number): string {
  return `in ${Math.round((time - Date.now()) / 60_000)} min`;
}

/** What our store has to show if the library's own shows `theirs`. */
export function withDifferences(
  theirs: readonly unknown[],
  differs: Difference | undefined,
): unknown[] {
  return theirs.map((observed, at) => differs?.ours[at] ?? observed);
}
