// The error handler that docs/other-libraries.md recommends for Fastify: its own sends clients the message of every error.
import { STATUS_CODES } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";

export function sendStatus(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  const { statusCode = 500, headers = {} } = error as {
    statusCode?: number;
    headers?: Record<string, string>;
  };
  void reply.code(statusCode).headers(headers).send({ error: STATUS_CODES[statusCode] });
}
