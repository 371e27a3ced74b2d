/**
 * Splits a command into words as a shell does, with single quotes and nothing else:
 * `patch sa robot -p '{"a": 1}'` has five words.
 */
export function shellWords(command: string): readonly string[] {
  const words: string[] = [];
  for (const [, quoted, prefix = "", rest = ""] of command.matchAll(/([^\s']*'[^']*')|(\S+)()/g)) {
    words.push(quoted === undefined ? prefix + rest : quoted.replaceAll("'", ""));
  }
  return words;
}
