// A model of a session: the expected values after the steps of a walk, on any of the servers.
import { type Typed, canonical } from "../../packages/gob/test/go/typed-json.ts";
import { toTypedJson } from "./format.ts";
import type { SharedSettings } from "./shared-settings.ts";

/** One step: the path and the body of a request. server/main.go documents each step. */
export type Step =
  | { readonly path: "/set"; readonly key: Typed; readonly value: Typed }
  | { readonly path: "/increment"; readonly key: Typed }
  | { readonly path: "/delete"; readonly key: Typed }
  | { readonly path: "/flash"; readonly name: string; readonly value: Typed }
  | { readonly path: "/flashes"; readonly name: string }
  | { readonly path: "/end" }
  | { readonly path: "/show" };

export class SessionModel {
  readonly #values = new Map<string, [key: Typed, value: Typed]>();
  readonly #one: Typed;

  constructor(serializer: SharedSettings["serializer"]) {
    this.#one = serializer === "gob" ? { t: "int", v: "1" } : toTypedJson(1);
  }

  get keys(): Typed[] {
    return [...this.#values.values()].map(([key]) => key);
  }

  /** The response to `GET /show`. */
  get session(): Typed {
    return { t: "map[interface {}]interface {}", kv: [...this.#values.values()] };
  }

  get(key: Typed): Typed | undefined {
    return this.#values.get(canonical(key))?.[1];
  }

  /** Applies a step and returns the expected response. */
  apply(step: Step): Typed | readonly Typed[] | null {
    switch (step.path) {
      case "/show":
        return this.session;
      case "/set":
        this.#set(step.key, step.value);
        return null;
      case "/increment": {
        const before = this.get(step.key);
        this.#set(step.key, before ? incremented(before) : this.#one);
        return null;
      }
      case "/delete":
        this.#values.delete(canonical(step.key));
        return null;
      case "/flash": {
        const items = [...this.#flashes(step.name), step.value];
        this.#set(text(step.name), { t: "[]interface {}", items });
        return null;
      }
      case "/flashes": {
        const items = this.#flashes(step.name);
        this.#values.delete(canonical(text(step.name)));
        return items;
      }
      // "/end"
      default:
        this.#values.clear();
        return null;
    }
  }

  #set(key: Typed, value: Typed): void {
    this.#values.set(canonical(key), [key, value]);
  }

  #flashes(name: string): readonly Typed[] {
    return this.get(text(name))?.items ?? [];
  }
}

/** A string in typed JSON. */
export function text(v: string): Typed {
  return { t: "string", v };
}

function incremented({ t, v, bits }: Typed): Typed {
  return bits === undefined
    ? { t, v: String(BigInt(v as string) + 1n) }
    : toTypedJson(Buffer.from(bits, "hex").readDoubleBE() + 1);
}
