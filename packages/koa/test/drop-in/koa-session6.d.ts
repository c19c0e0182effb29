// Types of koa-session 6: koa-session 7's are close enough for these tests.
declare module "koa-session6" {
  import session from "koa-session";
  export default session;
}
