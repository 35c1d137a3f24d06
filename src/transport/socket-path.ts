/** The path of a unix socket as the system takes it: what is written with a leading `@` is an abstract one. */
export function systemPath(path: string): string {
  return path.replace(/^@/, '\0');
}
