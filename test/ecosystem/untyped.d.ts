// Packages without types for these tests.

/** passport 0.5: what the tests use of it is as in 0.7, but for `logout`. */
declare module "passport05" {
  import passport from "passport";
  export default passport;
}

/** Its types of npm add a property to the contexts of every Koa application in the program. */
declare module "koa-websocket" {
  import type Koa from "koa";
  import type { Context, Next } from "koa";
  import type { WebSocket } from "ws";
  type SocketContext = Context & { readonly websocket: WebSocket };
  interface Sockets {
    use(middleware: (ctx: SocketContext, next: Next) => unknown): void;
  }
  export default function websockify(app: Koa): Koa & { readonly ws: Sockets };
}
