/** Whether a path is what a pattern means: one that ends in a slash and a star takes what is below it, and the folder itself. */
export function matchesPath(pattern: string, path: string): boolean {
  if (!pattern.endsWith('/*')) return pattern === path;
  const folder = pattern.slice(0, -2);
  return path === folder || path.startsWith(`${folder}/`);
}
