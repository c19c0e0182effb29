// The style sheet of the page, for light and dark mode and for small screens.

export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#f6f5f2, #17181a);
  --card: light-dark(#ffffff, #202225);
  --ink: light-dark(#22252a, #e7e5e0);
  --soft: light-dark(#666b73, #a3a6ab);
  --line: light-dark(#e0ddd6, #36393e);
  --accent: light-dark(#b3261e, #ff8a7a);
  --on-accent: light-dark(#ffffff, #2a0b08);
  --good: light-dark(#e7f3ea, #1d3324);
  --bad: light-dark(#fbe9e7, #3b211e);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  padding: 1.5rem 1rem 3rem;
  max-width: 46rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif;
}
header { margin-bottom: 1.25rem; }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem; width: fit-content; padding: 0.25rem; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--card); }
nav a { padding: 0.35rem 0.9rem; border-radius: 0.5rem; color: inherit; text-decoration: none; }
nav a:hover { background: var(--paper); }
nav a[aria-current] { background: var(--accent); color: var(--on-accent); }
h1 { margin: 0; font-size: 1.75rem; letter-spacing: -0.02em; }
h2 { margin: 0 0 0.25rem; font-size: 1.05rem; overflow-wrap: anywhere; }
p { margin: 0 0 0.75rem; color: var(--soft); overflow-wrap: anywhere; }
section > :last-child { margin-bottom: 0; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 1rem; }
section { padding: 1rem 1.25rem 1.25rem; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--card); min-width: 0; }
.wide { grid-column: 1 / -1; }
.number { margin: 0 0 0.5rem; color: var(--ink); font-size: 2.75rem; line-height: 1.1; font-variant-numeric: tabular-nums; }
.message, .refusal { margin: 0 0 1rem; padding: 0.6rem 1rem; border-radius: 0.5rem; color: var(--ink); background: var(--good); }
.refusal { background: var(--bad); }
.refusal p { margin: 0.15rem 0; color: inherit; }
form { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-top: 0.5rem; }
.row { display: flex; flex-wrap: wrap; gap: 0 0.5rem; }
[role="status"]:empty { display: none; }
form > [role="status"], noscript { flex-basis: 100%; margin: 0; color: var(--soft); }
input, button, .button {
  min-height: 2.5rem;
  padding: 0.4rem 0.9rem;
  border: 1px solid var(--line);
  border-radius: 0.5rem;
  font: inherit;
}
input { flex: 1 1 9rem; min-width: 0; background: var(--paper); color: inherit; }
button, .button { display: inline-flex; align-items: center; border-color: var(--accent); background: var(--accent); color: var(--on-accent); text-decoration: none; cursor: pointer; }
button:hover:enabled, .button:hover { filter: brightness(1.1); }
button:disabled { opacity: 0.5; cursor: default; }
.lost b { color: var(--accent); }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); gap: 1rem; margin-top: 1rem; }
.beside pre { max-height: 14rem; }
.quiet { border-color: var(--line); background: none; color: inherit; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
ul { margin: 0 0 0.75rem; padding: 0; list-style: none; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0.25rem 1rem; margin: 0 0 0.75rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { margin: 0; max-height: 24rem; overflow-y: auto; padding: 0.75rem 1rem; border-radius: 0.5rem; background: var(--paper); font-size: 0.875rem; white-space: pre-wrap; overflow-wrap: anywhere; }
`;
