// Renders the page as text, for curl.
import { minutes } from "./duration.js";
import { WRITES } from "../actions/writes.js";

/** @param {import("./view.js").View} view */
export function renderText(view) {
  const {
    here,
    refused,
    ended,
    session,
    visits,
    user,
    devices,
    outage,
    basket,
    messages,
    presses,
    peerPresses,
    clocks,
    key,
    stored,
  } = view;
  const items = Object.entries(basket).map(([item, count]) => `${count} ${item}`);
  const lines = [
    `server    ${here}`,
    ...(refused ? [`refused   your cookie: ${refused}`] : []),
    ...(ended
      ? ["          Its session has ended. POST /restart starts a new one."]
      : [
          `visits    ${visits}`,
          `user      ${user ?? "not logged in"}`,
          `basket    ${items.join(", ") || "empty"}`,
          ...messages.map((message) => `message   ${message}`),
          ...presses.map(({ tab, arrived }) => `writes    ${arrived} of ${WRITES} of tab ${tab}`),
          ...peerPresses.map(
            ({ tab, arrived, by }) =>
              `peer      ${arrived} of ${WRITES} of tab ${tab} by ${Object.keys(by).join()}`,
          ),
          ...outage.responses.map(
            ({ name, during, after }) => `outage    ${name}: ${during}; after it ${after}`,
          ),
          ...devices.map(({ label, own }) => `device    ${label}${own ? " (this one)" : ""}`),
          ...clocks.map(({ name, left }) => `clock     ${name}: ${minutes(left)} left`),
          `session   ${session}`,
          `key       ${key.signs} signs${key.came ? `, ${key.came} signed your cookie` : ""}`,
        ]),
    ...(stored ? [`stored    ${stored.key} = ${stored.value}`] : []),
  ];
  return lines.join("\n");
}
