// Express 4 beside Express 5, whose types serve both in these tests.
declare module "express4" {
  import express from "express";
  export default express;
}
