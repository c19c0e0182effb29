// The view as lines of text, for curl.
import { WRITES } from "./writes.js";

/** @param {import("./view.js").View} view */
export function renderText(view) {
  const { here, refused, ended, session, visits, user, basket, messages, presses, key, stored } =
    view;
  const items = Object.entries(basket).map(([item, count]) => `${count} ${item}`);
  const lines = [
    `server    ${here}`,
    ...(refused ? [`refused   the cookie that came: ${refused}`] : []),
    ...(ended
      ? ["          Its session is over. POST /restart begins a new one."]
      : [
          `visits    ${visits}`,
          `user      ${user ?? "nobody"}`,
          `basket    ${items.join(", ") || "empty"}`,
          ...messages.map((message) => `message   ${message}`),
          ...presses.map(({ tab, arrived }) => `writes    ${arrived} of ${WRITES} of tab ${tab}`),
          `session   ${session}`,
          `key       ${key.signs} signs${key.came ? `, ${key.came} signed the cookie that came` : ""}`,
        ]),
    ...(stored ? [`stored    ${stored.key} = ${stored.value}`] : []),
  ];
  return lines.join("\n");
}
