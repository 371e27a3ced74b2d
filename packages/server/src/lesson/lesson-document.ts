/**
 * A lesson is a Markdown page whose `console` blocks are run. A line that begins with `$ ` is a
 * command, one that begins with `> ` goes on with it; what follows is what it printed when the page was written.
 *
 *     ```console
 *     $ kubectl get serviceaccounts
 *     NAME      SECRETS   AGE
 *     default   0         3s
 *     ```
 */

export interface LessonCommand {
  /** What the shell is given; several lines where the page has several. */
  readonly command: string;
  /** What the page says it prints, without the last line end. */
  readonly output: string;
  /** Line of the page on which the command stands, from 1. */
  readonly line: number;
}

export type LessonPart =
  | { readonly kind: "text"; readonly markdown: string }
  | { readonly kind: "commands"; readonly commands: readonly LessonCommand[] };

/** From one heading to the next. */
export interface LessonChapter {
  /** Without the number signs; the page's own title for what stands first. */
  readonly title: string;
  readonly parts: readonly LessonPart[];
}

const FENCE = /^```(\w*)\s*$/;
const HEADING = /^#{1,2} (.+)$/;

/** @throws Error for a block that never ends, or output before any command */
export function parseLesson(page: string): readonly LessonChapter[] {
  const reader = new LessonReader();
  const lines = page.split("\n");
  for (const [index, line] of lines.entries()) reader.read(line, index + 1);
  return reader.end();
}

interface OpenChapter {
  readonly title: string;
  readonly parts: LessonPart[];
}

interface OpenCommand {
  command: string;
  readonly output: string[];
  readonly line: number;
}

class LessonReader {
  readonly #chapters: OpenChapter[] = [];
  #text: string[] = [];
  /** Commands of the block that is open; undefined outside of one. */
  #block: OpenCommand[] | undefined;
  /** Inside a fence whose content is no console: it belongs to the text. */
  #quoted = false;

  read(line: string, number: number): void {
    if (this.#block !== undefined) this.#readBlock(line, number, this.#block);
    else if (this.#quoted) {
      this.#quoted = !FENCE.test(line);
      this.#text.push(line);
    } else this.#readText(line);
  }

  end(): readonly LessonChapter[] {
    if (this.#block !== undefined) throw new Error("the last console block has no end");
    this.#endText();
    return this.#chapters;
  }

  #readText(line: string): void {
    const [, language] = FENCE.exec(line) ?? [];
    const [, title] = HEADING.exec(line) ?? [];
    if (language === "console") {
      this.#endText();
      this.#block = [];
      return;
    }
    if (title !== undefined) {
      this.#endText();
      this.#chapters.push({ title, parts: [] });
      return;
    }
    this.#quoted = language !== undefined;
    this.#text.push(line);
  }

  #readBlock(line: string, number: number, block: OpenCommand[]): void {
    const last = block.at(-1);
    if (line === "```") {
      const commands = block.map(({ command, output, line: at }) => ({
        command,
        output: output.join("\n"),
        line: at,
      }));
      this.#chapter().parts.push({ kind: "commands", commands });
      this.#block = undefined;
    } else if (line.startsWith("$ ")) {
      block.push({ command: line.slice(2), output: [], line: number });
    } else if (last === undefined) {
      throw new Error(`line ${number}: output without a command`);
    } else if (line.startsWith("> ") && last.output.length === 0) {
      last.command += `\n${line.slice(2)}`;
    } else last.output.push(line);
  }

  #endText(): void {
    const markdown = this.#text.join("\n").trim();
    this.#text = [];
    if (markdown !== "") this.#chapter().parts.push({ kind: "text", markdown });
  }

  #chapter(): OpenChapter {
    const open = this.#chapters.at(-1);
    if (open !== undefined) return open;
    const first = { title: "", parts: [] };
    this.#chapters.push(first);
    return first;
  }
}
