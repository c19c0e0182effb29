// The public surface of @redistore/koa.
export {};
