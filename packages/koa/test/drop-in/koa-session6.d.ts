// koa-session 6 beside koa-session 7, whose types serve both in these tests.
declare module "koa-session6" {
  import session from "koa-session";
  export default session;
}
