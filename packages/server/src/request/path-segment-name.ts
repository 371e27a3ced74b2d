/**
 * Why a name cannot stand in a path, in upstream's words; undefined when it can. It says nothing
 * about what is a good name otherwise.
 * @see apimachinery pkg/api/validate/content/path.go (IsPathSegmentName)
 */
export function pathSegmentProblem(name: string): string | undefined {
  if (name === "." || name === "..") return `may not be '${name}'`;
  const slash = name.includes("/");
  if (!name.includes("%")) return slash ? "may not contain '/'" : undefined;
  return slash ? "may not contain '/';may not contain '%'" : "may not contain '%'";
}
