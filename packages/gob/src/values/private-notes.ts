// Attaches data to objects that this package makes, invisible to other code.
import { onePerProcess } from "../one-per-process.ts";

/** The part of a WeakMap that is used here. */
export interface PrivateNotes<Note> {
  get(object: object): Note | undefined;
  set(object: object, note: Note): void;
}

/** Its constructor returns the object it is given, so that the fields of a subclass are added to that object. */
// oxlint-disable-next-line typescript/no-extraneous-class -- only the constructor of a base class can return another object
class ReturnsArgument {
  constructor(object: object) {
    // oxlint-disable-next-line no-constructor-return -- the purpose of the class
    return object;
  }
}

/**
 * Makes a map from objects to notes, which keeps each note in a private field of its object. As with a WeakMap, a note is not part of
 * comparisons, copies, inspection or clones, and is collected with its object. A WeakMap slows down the garbage collector: with one,
 * decoding a session of 1 KB takes about twice as long (`pnpm bench:gob`, Node 24). Use it only for objects that this package makes.
 *
 * @param name all copies of this package share the notes of one name
 */
export function privateNotes<Note>(name: string): PrivateNotes<Note> {
  class Noted extends ReturnsArgument {
    #note: Note;

    constructor(object: object, note: Note) {
      super(object);
      this.#note = note;
    }

    static get(object: object): Note | undefined {
      return #note in object ? object.#note : undefined;
    }

    static set(object: object, note: Note): void {
      if (#note in object) object.#note = note;
      else Reflect.construct(Noted, [object, note]);
    }
  }
  return onePerProcess<PrivateNotes<Note>>(name, Noted);
}
