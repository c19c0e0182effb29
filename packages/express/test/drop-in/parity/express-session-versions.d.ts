// Types of older versions of express-session: the newest one's are close enough for these tests.
declare module "express-session117" {
  import session from "express-session";
  export default session;
}
declare module "express-session118" {
  import session from "express-session";
  export default session;
}
