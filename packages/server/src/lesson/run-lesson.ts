import type { LessonChapter, LessonCommand } from "./lesson-document.ts";
import { maskOutput } from "./lesson-masks.ts";
import type { CommandResult } from "./lesson-shell.ts";

/** Who follows a lesson: a reader at a terminal, or a check. */
export interface LessonAudience {
  chapter(title: string): void;
  explain(markdown: string): void;
  /** Shows what will be run; resolves when it may be. */
  announce(command: LessonCommand): Promise<void>;
  show(command: LessonCommand, result: CommandResult): void;
}

/** Goes through a lesson from its first line to its last. @param run - the shell */
export async function runLesson(
  chapters: readonly LessonChapter[],
  run: (command: string) => Promise<CommandResult>,
  audience: LessonAudience,
): Promise<void> {
  for (const { title, parts } of chapters) {
    audience.chapter(title);
    for (const part of parts) {
      if (part.kind === "text") audience.explain(part.markdown);
      else {
        for (const command of part.commands) {
          await audience.announce(command);
          audience.show(command, await run(command.command));
        }
      }
    }
  }
}

/** Whether a command printed what the page says, but for what differs from run to run. */
export function isAsWritten(command: LessonCommand, result: CommandResult): boolean {
  return maskOutput(command.output) === maskOutput(result.output);
}
