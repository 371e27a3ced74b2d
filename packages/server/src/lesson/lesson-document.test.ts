import { expect, test } from "vitest";
import { parseLesson } from "./lesson-document.ts";

const PAGE = `# Accounts

Two kinds.

## The default one

Every namespace has it.

\`\`\`console
$ kubectl get sa
NAME      SECRETS
default   0
$ kubectl create token default \\
>   --audience vault
eyJ
\`\`\`

\`\`\`yaml
# no command
$ neither: this
\`\`\`
`;

test("chapters, their text, and the commands of console blocks", () => {
  expect(parseLesson(PAGE)).toEqual([
    { title: "Accounts", parts: [{ kind: "text", markdown: "Two kinds." }] },
    {
      title: "The default one",
      parts: [
        { kind: "text", markdown: "Every namespace has it." },
        {
          kind: "commands",
          commands: [
            { command: "kubectl get sa", output: "NAME      SECRETS\ndefault   0", line: 10 },
            {
              command: "kubectl create token default \\\n  --audience vault",
              output: "eyJ",
              line: 13,
            },
          ],
        },
        { kind: "text", markdown: "```yaml\n# no command\n$ neither: this\n```" },
      ],
    },
  ]);
});

test.each([
  ["a block without an end", "```console\n$ true\n", "the last console block has no end"],
  ["output before a command", "```console\nhello\n```\n", "line 2: output without a command"],
])("%s is refused", (_name, page, message) => {
  expect(() => parseLesson(page)).toThrow(message);
});
