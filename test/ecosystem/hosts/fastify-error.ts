// The error handler that docs/other-libraries.md recommends for Fastify: its own sends clients the message of every error.
import { STATUS_CODES } from "node:http";
import { isRedistoreError } from "@redistore/core";
import type { FastifyReply, FastifyRequest } from "fastify";

export function sendStatus(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  // Of @fastify/session, which would save the session for this response, too: if that fails, Fastify sends the message after all.
  if (isRedistoreError(error)) Object.assign(request, { session: null });
  const { statusCode = 500, headers = {} } = error as {
    statusCode?: number;
    headers?: Record<string, string>;
  };
  void reply.code(statusCode).headers(headers).send({ error: STATUS_CODES[statusCode] });
}
