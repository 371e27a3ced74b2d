import type { PodsAnswer } from "./cluster.ts";

/** The whole page for an answer; everything that came from elsewhere is escaped. */
export function renderPage(answer: PodsAnswer): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Pods</title>
<style>
body { font: 16px/1.5 system-ui; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ccc }
.problem { background: #fff3f0; border-left: 4px solid #c30; padding: .6rem 1rem }
input { width: 70% }
</style>
<h1>Pods</h1>
${renderAnswer(answer)}
<form method="post" action="/">
<p><label>Ask with another token: <input name="token" autocomplete="off" spellcheck="false"></label>
<button>Ask</button></p>
</form>
</html>
`;
}

function renderAnswer(answer: PodsAnswer): string {
  switch (answer.outcome) {
    case "pods":
      return renderPods(answer);
    case "refused":
      return renderRefusal(answer);
    case "unreachable":
      return problem("The API server cannot be reached.", answer.message);
  }
}

function renderPods({ namespace, pods }: PodsAnswer & { outcome: "pods" }): string {
  const rows = pods.map(({ metadata, spec, status }) =>
    [metadata?.name, status?.phase, spec?.serviceAccountName].map(
      (cell) => `<td>${escapeHtml(cell ?? "")}</td>`,
    ),
  );
  return `<p>Namespace <b>${escapeHtml(namespace)}</b>, ${pods.length} ${pods.length === 1 ? "pod" : "pods"}.</p>
<table>
<tr><th>Name<th>Phase<th>Service account</tr>
${rows.map((cells) => `<tr>${cells.join("")}</tr>`).join("\n")}
</table>`;
}

function renderRefusal({ code, message }: PodsAnswer & { outcome: "refused" }): string {
  if (code === 403) {
    return problem(
      "The server knows who is asking, but this account may not list pods. Bind it to a role that may.",
      message,
    );
  }
  if (code === 401) {
    return problem(
      "The server does not accept the token: it has expired, is meant for somebody else, or its account is gone.",
      message,
    );
  }
  return problem(`The server refused with ${code}.`, message);
}

function problem(explanation: string, message: string): string {
  return `<div class="problem"><p>${escapeHtml(explanation)}</p><pre style="white-space: pre-wrap">${escapeHtml(message)}</pre></div>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
