// Packages that come without types, as the tests use them.
declare module "koa-better-flash" {
  import type { Middleware } from "koa";
  export default function flash(): Middleware;
}

/** Koa 2 under its alias: what the tests use of it is as in Koa 3. */
declare module "koa2" {
  import Koa from "koa";
  export default Koa;
}
