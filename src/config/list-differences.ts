/** A setting with the name of its flag, and what has become of it. */
export interface Change {
  readonly key: string;
  readonly text: string;
}

/** What one list has and the other has not; `kind` is what an item of it is. */
export function comings(
  key: string,
  kind: string,
  before: readonly string[],
  after: readonly string[],
): Change[] {
  const [old, young] = [new Set(before), new Set(after)];
  return [
    ...after.filter(text => !old.has(text)).map(text => ({ key, text: `${kind} ${text} is new` })),
    ...before.filter(text => !young.has(text)).map(text => ({ key, text: `${kind} ${text} is gone` })),
  ];
}

/** What has become of a list whose order counts. */
export function ordered(key: string, before: readonly string[], after: readonly string[]): Change[] {
  return [...comings(key, key, before, after), ...moves(key, before, after)];
}

/** Whether what both lists have stands in another order. */
export function moves(key: string, before: readonly string[], after: readonly string[]): Change[] {
  const [old, young] = [new Set(before), new Set(after)];
  const kept = before.filter(text => young.has(text));
  const stays = after.filter(text => old.has(text)).every((text, i) => text === kept[i]);
  return stays ? [] : [{ key, text: `the ${key}s are in another order` }];
}
