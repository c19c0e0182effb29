// What all copies of our packages in a process have in common. A process has two copies of a package if it loads both its ES modules and
// its CommonJS build, or two versions of it.
import { ConfigError } from "./errors.ts";

/** The object of this name that the first copy made. Every copy offers its own. The name ends with a version of the object's shape. */
export function onePerProcess<Shared extends object>(name: string, own: Shared): Shared {
  const shared = globalThis as { [key: symbol]: Shared | undefined };
  return (shared[Symbol.for(`@redistore/${name}`)] ??= own);
}

const layouts = onePerProcess("layouts/1", new Map<string, number>());

/**
 * Declares the layout of the objects that a package shares with its other copies, such as the state of a request. Call it before the first
 * use of such an object. Raise the number with a change after which two versions cannot use each other's objects.
 *
 * @throws ConfigError if another copy of the package in this process declared another layout
 */
export function declareLayout(packageName: string, layout: number): void {
  const other = layouts.get(packageName);
  if (other === layout) return;
  if (other !== undefined) {
    throw new ConfigError(
      `Two versions of ${packageName} are in use in this process that cannot work together: one shares objects of layout ${other}, the other of layout ${layout}. \`npm ls ${packageName}\` shows which packages depend on them. Update these so that one version is installed.`,
    );
  }
  layouts.set(packageName, layout);
}
