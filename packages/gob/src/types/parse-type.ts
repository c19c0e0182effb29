// Parses Go's spelling of a type: `map[string][]github.com/acme/model.User`.
import { type GoType, goInterface } from "./go-type.ts";

/** Provides the parser with types. */
export interface TypeSource {
  /** Returns a named type, or throws. */
  named(name: string): GoType;
  /** Returns the only type of this spelling: types are compared by identity, as in Go. */
  intern(type: GoType): GoType;
}

const ALIASES: Readonly<Record<string, string>> = { byte: "uint8", rune: "int32" };
const NAME = /[^\s[\]{}*]+(?:\[[^\s\]]*\])?/y;
const LENGTH = /(\d{1,9})\]/y;

/**
 * Parses the format of reflect's `Type.String()`, with full import paths in names. Unnamed structs, functions and channels are not
 * supported.
 *
 * @throws TypeError with the position and what was expected there.
 */
export function parseType(text: string, source: TypeSource): GoType {
  const parser = new TypeParser(text, source);
  const type = parser.type();
  parser.finish();
  return type;
}

class TypeParser {
  readonly #text: string;
  readonly #source: TypeSource;
  #at = 0;

  constructor(text: string, source: TypeSource) {
    this.#text = text;
    this.#source = source;
  }

  type(): GoType {
    return this.#source.intern(this.#type());
  }

  #type(): GoType {
    if (this.#take("[]")) return sliceOf(this.type());
    if (this.#take("map[")) {
      const key = this.type();
      if (!this.#take("]")) this.#fail('"]" after the key type');
      return mapOf(key, this.type());
    }
    if (this.#take("[")) {
      const length = this.#match(LENGTH);
      if (!length?.[1]) this.#fail("the length of an array");
      return arrayOf(Number(length[1]), this.type());
    }
    if (this.#take("*")) return pointerTo(this.type());
    if (this.#take("interface {}") || this.#take("interface{}")) return goInterface;
    const name = this.#match(NAME)?.[0];
    if (name === undefined) this.#fail("a type");
    return name === "any" ? goInterface : this.#source.named(ALIASES[name] ?? name);
  }

  finish(): void {
    if (this.#at < this.#text.length) this.#fail("the end");
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match ?? undefined;
  }

  #fail(expected: string): never {
    throw new TypeError(
      `"${this.#text}" is not a Go type: expected ${expected} at character ${this.#at + 1}`,
    );
  }
}

/** `[]elem`. A slice of bytes has its own kind, also if its elements are of a named type. */
export function sliceOf(elem: GoType): GoType {
  const spelling = { text: `[]${elem.text}`, string: `[]${elem.string}`, name: "" };
  return elem.kind === "uint8"
    ? { kind: "bytes", ...spelling }
    : { kind: "slice", ...spelling, elem };
}

function arrayOf(length: number, elem: GoType): GoType {
  return {
    kind: "array",
    text: `[${length}]${elem.text}`,
    string: `[${length}]${elem.string}`,
    name: "",
    elem,
    length,
  };
}

function mapOf(key: GoType, elem: GoType): GoType {
  return {
    kind: "map",
    text: `map[${key.text}]${elem.text}`,
    string: `map[${key.string}]${elem.string}`,
    name: "",
    key,
    elem,
  };
}

function pointerTo(elem: GoType): GoType {
  return { kind: "pointer", text: `*${elem.text}`, string: `*${elem.string}`, name: "", elem };
}
