// Session objects: data by their own names, and the members of a framework beside them.
import { describe, expect, it } from "vitest";
import { type ValuesOwner, sessionObjects } from "../../src/index.ts";

type Values = Record<PropertyKey, unknown>;

class Host implements ValuesOwner {
  values: Values = Object.create(null) as Values;
  #age = 1;
  frozen = false;

  get age(): number {
    return this.#age;
  }

  set age(age: number) {
    this.#age = age;
  }

  save(): string {
    return `saved at ${this.#age}`;
  }
}

const present = sessionObjects<Host>({
  name: "req.session",
  values: "getSession(req).values",
  members: ["age", "save"],
  settable: ["age"],
  checkChange: (host, key) => {
    if (host.frozen) throw new Error(`no ${String(key)} any more`);
  },
});

function start(values: Values = {}): { host: Host; session: Values } {
  const host = new Host();
  Object.assign(host.values, values);
  return { host, session: present(host) as Values };
}

describe("a session object", () => {
  it("reads and writes the values of its host, whichever they are", () => {
    const { host, session } = start({ a: 1 });
    session["b"] = 2;
    delete session["a"];
    expect({ ...host.values }).toEqual({ b: 2 });
    host.values = Object.assign(Object.create(null) as Values, { c: 3 });
    expect([session["b"], session["c"], JSON.stringify(session)]).toEqual([
      undefined,
      3,
      '{"c":3}',
    ]);
  });

  it("looks like its data alone: to loops, to spread, to in and to JSON", () => {
    const { session } = start({ a: 1, save: "hidden" });
    expect(Object.keys(session)).toEqual(["a"]);
    expect({ ...session }).toEqual({ a: 1 });
    expect(["a" in session, "save" in session, "b" in session]).toEqual([true, true, false]);
    expect(Object.hasOwn(session, "save")).toBe(false);
    expect(JSON.stringify(session)).toBe('{"a":1}');
    const seen: string[] = [];
    for (const key in session) seen.push(key);
    expect(seen).toEqual(["a"]);
  });

  it("calls members on the host, also when they were taken off", () => {
    const save = start().session["save"] as () => string;
    expect(save()).toBe("saved at 1");
  });

  it("keeps stored data of a reserved name where they are", () => {
    const { host, session } = start({ save: "stored" });
    expect(typeof session["save"]).toBe("function");
    expect(host.values["save"]).toBe("stored");
  });

  it.each<[string, (session: Values) => unknown]>([
    ["set", (session) => (session["save"] = 1)],
    ["assign", (session) => Object.assign(session, { save: 1 })],
    ["define", (session) => Object.defineProperty(session, "save", { value: 1 })],
    ["delete", (session) => delete session["save"]],
  ])("refuses to %s a reserved name, and says where such data can be", (_how, change) => {
    const { host, session } = start();
    expect(() => change(session)).toThrow(
      expect.objectContaining({
        code: "ERR_REDISTORE_CONFIG",
        message:
          "req.session.save is the session's own member. Store your value under another name, or as getSession(req).values.save.",
      }),
    );
    expect(host.values).not.toHaveProperty("save");
  });

  it("sets members that can be set on the host", () => {
    const { host, session } = start();
    session["age"] = 7;
    expect([host.age, { ...host.values }]).toEqual([7, {}]);
  });

  it("asks its host before each change of data", () => {
    const { host, session } = start({ a: 1 });
    host.frozen = true;
    expect(() => (session["a"] = 2)).toThrow("no a any more");
    expect(() => delete session["a"]).toThrow("no a any more");
    expect(() => Object.defineProperty(session, "b", { value: 1 })).toThrow("no b any more");
    expect(session["a"]).toBe(1);
  });

  it("has what code expects of any object, and nothing by which a key could change it", () => {
    const { host, session } = start({ a: 1 });
    const call = (name: string, ...args: unknown[]): unknown =>
      (session[name] as (...args: unknown[]) => unknown).apply(session, args);
    expect([call("hasOwnProperty", "a"), call("toString")]).toEqual([true, "[object Object]"]);
    expect([session["constructor"], Object.getPrototypeOf(session)]).toEqual([undefined, null]);
    session["__proto__"] = { polluted: true };
    expect(session["polluted"]).toBeUndefined();
    expect(Object.keys(host.values)).toEqual(["a", "__proto__"]);
  });
});
