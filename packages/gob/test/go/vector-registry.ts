// The Go types of the vectors and of the Go program test/interop/gob, registered as there.
import { GobRegistry } from "../../src/index.ts";

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
    .defineEncoder("math/big.Int", { codec: { decode: bigFrom, encode: bigBytes } })
    .defineType("main.Name", "string")
    .defineType("main.Tags", "[]string")
    .defineType("main.Flags", "map[string]bool")
    .defineStruct("main.Empty", {})
    .defineStruct("main.Node", {
      Value: "interface{}",
      Next: "*main.Node",
      Kids: "[]*main.Node",
      ByName: "map[string]*main.Node",
    })
    .defineStruct("main.Odd", {
      Count: "*int",
      Title: "**string",
      When: "*time.Time",
      Times: "[]time.Time",
      Small: "complex64",
      Large: "complex128",
      Corners: "[2]main.Point",
      Id: "[16]byte",
      Ratio: "float32",
      Tiny: "int8",
      Port: "uint16",
      Name: "main.Name",
      Level: "main.Level",
      Tags: "main.Tags",
      Flags: "main.Flags",
      ByLevel: "map[main.Level]main.Name",
      ByPoint: "map[main.Point]int64",
      Sum: "*math/big.Int",
      Addr: "net/netip.Addr",
      Nothing: "main.Empty",
      Point: "main.Point",
    })
    .registerName("geo.Point", "main.Point");
  for (const type of REGISTERED) registry.register(type);
  return registry;
}

const REGISTERED = [
  "map[string]string",
  "map[string]int",
  "[]main.User",
  "[][]string",
  "[]map[string]interface {}",
  "main.User",
  "*main.Prefs",
  "main.Level",
  "net/netip.Addr",
  "main.Name",
  "main.Tags",
  "main.Flags",
  "main.Empty",
  "main.Node",
  "main.Odd",
  "*math/big.Int",
  "map[int]string",
  "map[main.Point]string",
  "[]*main.Point",
  "[2]interface {}",
  "[16]uint8",
  "map[string]*main.Node",
  "[]time.Time",
];

// The text of a netip.Addr: IPv4, and IPv6 as StringExpanded prints it. The zero address is empty.
function addressText(bytes: Uint8Array): string {
  if (bytes.length === 0) return "";
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw new RangeError(`an address of ${bytes.length} bytes`);
  const buffer = Buffer.from(bytes);
  return Array.from({ length: 8 }, (_, i) => buffer.toString("hex", i * 2, i * 2 + 2)).join(":");
}

function addressBytes(text: string | null): Uint8Array {
  if (!text) return new Uint8Array(0);
  if (!text.includes(":")) return Uint8Array.from(text.split("."), Number);
  return Buffer.from(text.replaceAll(":", ""), "hex");
}

// math/big/intmarsh.go: a byte with version 1 and the sign, then the absolute value.
function bigFrom(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  const [head = 0, ...rest] = bytes;
  if (head >> 1 !== 1) throw new RangeError("a big.Int of unknown version");
  const value = BigInt(`0x0${Buffer.from(rest).toString("hex")}`);
  return head & 1 ? -value : value;
}

function bigBytes(value: bigint): Uint8Array {
  const hex = (value < 0n ? -value : value).toString(16);
  const magnitude = value === 0n ? "" : hex.padStart(hex.length + (hex.length % 2), "0");
  return Buffer.from((value < 0n ? "03" : "02") + magnitude, "hex");
}
