// The view as lines of text, for curl.

/** @param {import("./view.js").View} view */
export function renderText({ refused, ended, session, visits, user, basket, messages, stored }) {
  const items = Object.entries(basket).map(([item, count]) => `${count} ${item}`);
  const lines = [
    ...(refused ? [`refused   the cookie that came: ${refused}`] : []),
    ...(ended
      ? ["          Its session is over. POST /restart begins a new one."]
      : [
          `visits    ${visits}`,
          `user      ${user ?? "nobody"}`,
          `basket    ${items.join(", ") || "empty"}`,
          ...messages.map((message) => `message   ${message}`),
          `session   ${session}`,
        ]),
    ...(stored ? [`stored    ${stored.key} = ${stored.value}`] : []),
  ];
  return lines.join("\n");
}
