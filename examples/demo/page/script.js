// The script of the page: it sends many writes at once, spread over all servers, and then the same to servers with other sessions.

/**
 * Reads the token and the origins from its form. It cannot read responses of another origin, and does not need to: the reloaded page shows
 * how many writes arrived.
 */
export const SCRIPT = `
for (const form of document.querySelectorAll("form[data-origins]")) {
  const button = form.querySelector("button");
  const status = form.querySelector("[role=status]");
  const origins = form.dataset.origins.split(" ");
  const writes = Number(form.dataset.writes);
  const csrf = form.elements.csrf.value;
  const peers = form.dataset.peers.split(" ").filter(Boolean);
  const post = (url, fields) => {
    const body = new URLSearchParams(fields);
    return fetch(url, { method: "POST", mode: "no-cors", credentials: "include", body });
  };
  const writeAll = (to, path, tab) =>
    Array.from({ length: writes }, (_, n) => post(to[n % to.length] + path, { csrf, tab, n }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    status.textContent = writes + " writes are being sent.";
    const tab = Math.random().toString(36).slice(2, 6);
    const sent = await Promise.allSettled(writeAll(origins, "/write", tab));
    if (peers.length > 0) {
      await post(peers[0] + "/peer-start", {});
      await Promise.allSettled(writeAll(peers, "/peer-write", tab));
    }
    const failed = sent.filter(({ status }) => status === "rejected").length;
    if (failed === 0) return location.reload();
    button.disabled = false;
    status.textContent = failed + " of " + writes + " writes could not be sent. Are all three servers running?";
  });
  button.disabled = false;
}
`;
