// What the type modules throw: they know the types, the reader that catches it knows the place.

export class TypeMismatch extends Error {
  override readonly name = "TypeMismatch";
}
