// The index of one principal's sessions in the memory of this process.
import type { Admission, Admitted, Bar, Member } from "../principal-index.ts";

export class MemoryPrincipalIndex {
  #members: readonly Member[] = [];
  #barredBefore = -Infinity;

  admit({ member, inherits, limit, without }: Admission): Admitted {
    this.#remove(without);
    const { publicId, id } = member;
    const earlier = this.#members.find((each) => isSame(each, { publicId, id: inherits }));
    if (!earlier && member.at < this.#barredBefore) return { outcome: "refused" };
    const others = new Set(this.#members.map((each) => each.publicId));
    others.delete(publicId);
    if (others.size >= limit) return { outcome: "full", members: this.members() };
    this.#remove([member]);
    const at = Math.max(member.at, earlier?.at ?? 0);
    this.#members = [...this.#members, { publicId, id, at }];
    return { outcome: "admitted", size: this.#members.length };
  }

  members(): readonly Member[] {
    return this.#members.toSorted(
      (one, other) => one.at - other.at || compareText(textOf(one), textOf(other)),
    );
  }

  bar({ at, except }: Bar): readonly Member[] {
    const barred = this.members().filter(({ publicId }) => publicId !== except);
    this.#members = this.#members.map((member) =>
      member.publicId === except && member.at < at ? { ...member, at } : member,
    );
    this.#barredBefore = Math.max(this.#barredBefore, at);
    return barred;
  }

  dismiss(members: readonly Member[]): void {
    const isLeft = (each: Member): boolean =>
      !members.some((other) => isSame(each, other) && each.at <= other.at);
    this.#members = this.#members.filter(isLeft);
  }

  #remove(members: readonly Member[]): void {
    this.#members = this.#members.filter((each) => !members.some((other) => isSame(each, other)));
  }
}

/** Redis sorts members with the same time by their text. */
function textOf({ publicId, id }: Member): string {
  return `${publicId} ${id}`;
}

function compareText(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function isSame(
  member: Member,
  other: { readonly publicId: string; readonly id: string | undefined },
): boolean {
  return member.publicId === other.publicId && member.id === other.id;
}
