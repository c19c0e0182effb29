// The Go types that the vectors and the Go program of the interop test know, registered as there.
import { GobRegistry } from "../src/index.ts";

export function vectorRegistry(): GobRegistry {
  const registry = new GobRegistry()
    .defineStruct("main.User", {
      Name: "string",
      Age: "int",
      Admin: "bool",
      Score: "float64",
      Tags: "[]string",
      Meta: "map[string]string",
      Seen: "time.Time",
      Raw: "[]byte",
      Any: "interface{}",
    })
    .defineStruct("main.Prefs", {
      Theme: "string",
      Parent: "*main.Prefs",
      Limits: "[3]int",
      Grid: "[][]int32",
      Small: "uint8",
    })
    .defineStruct("main.Point", { X: "int", Y: "int" })
    .defineStruct("main.Hidden", { A: "int" })
    .defineType("main.Level", "int")
    .defineEncoder("net/netip.Addr", {
      method: "binary",
      codec: { decode: addressText, encode: addressBytes },
    })
    .register("main.User")
    .register("*main.Prefs")
    .registerName("geo.Point", "main.Point")
    .register("main.Level")
    .register("net/netip.Addr");
  for (const type of [
    "map[string]string",
    "map[string]int",
    "[]main.User",
    "[][]string",
    "[]map[string]interface {}",
  ]) {
    registry.register(type);
  }
  return registry;
}

// IPv4 and IPv6 without abbreviation: what the tests need of netip.Addr's text.
function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw new RangeError(`an address of ${bytes.length} bytes`);
  return Array.from({ length: 8 }, (_, i) =>
    Buffer.from(bytes)
      .readUInt16BE(i * 2)
      .toString(16),
  ).join(":");
}

function addressBytes(text: string): Uint8Array {
  if (!text.includes(":")) return Uint8Array.from(text.split("."), Number);
  const bytes = Buffer.alloc(16);
  for (const [index, part] of text.split(":").entries())
    bytes.writeUInt16BE(Number.parseInt(part, 16), index * 2);
  return bytes;
}
