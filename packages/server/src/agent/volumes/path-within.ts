/** Whether a path is another one or lies below it. Both are absolute and in their shortest form. */
export function isWithin(root: string, path: string): boolean {
  return root === "/" || path === root || path.startsWith(`${root}/`);
}
