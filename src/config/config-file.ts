import { readFileSync, statSync } from 'node:fs';
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { ConfigError } from './config-error.ts';
import { show } from './misread.ts';
import { formatSize } from './size.ts';
import { systemWords } from './system-words.ts';

/** A configuration file as YAML left it, and the lines on which its values stand. */
export interface ConfigFile {
  readonly values: Readonly<Record<string, unknown>>;
  readonly name: string;
  /** The line of the value at the end of a path of keys, or of the last key on the way that is there. */
  line(path: readonly PropertyKey[]): number;
}

/** More than thousands of backends take; reading it must not keep everything else waiting for long. */
const LARGEST = 16 * 1_048_576;

/** Pipes and devices that were read: to read them again would be to wait for somebody to write, for as long as that takes. */
const spent = new Set<string>();

/** Reads a YAML file, a pipe or device only once; throws ConfigError if it cannot be read or is no YAML mapping. */
export function readConfigFile(name: string): ConfigFile {
  return parseConfigFile(name, readText(name));
}

function readText(name: string): string {
  try {
    const found = statSync(name);
    if (found.size > LARGEST)
      throw new ConfigError([`--config: ${show(name)} is longer than ${formatSize(LARGEST)}`]);
    if (!found.isFile() && !found.isDirectory()) refuseSpent(name);
    return readFileSync(name, 'utf8');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([`--config: cannot read ${show(name)}: ${systemWords(error)}`]);
  }
}

function refuseSpent(name: string): void {
  if (spent.has(name)) {
    throw new ConfigError([
      `--config: ${show(name)} is no regular file, which can be read only once: give a regular file to be able to reload`,
    ]);
  }
  spent.add(name);
}

/** The configuration in a text; the name is for the messages. Throws ConfigError. */
export function parseConfigFile(name: string, text: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0)
    throw new ConfigError(faults.map(fault => `${name}:${lineAt(fault.pos[0])}: ${fault.message}`));
  if (document.contents !== null && !isMap(document.contents)) {
    throw new ConfigError([`${name}:1: expected a mapping with keys such as listen and pools`]);
  }
  return {
    name,
    values: toValues(name, document),
    line: path => lineAt(offsetOf(document.contents as Node | null, path)),
  };
}

function toValues(name: string, document: Document.Parsed): Record<string, unknown> {
  try {
    return (document.toJS() ?? {}) as Record<string, unknown>;
  } catch (error) {
    // Aliases that would unfold into far more than the file holds.
    throw new ConfigError([`${name}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

function offsetOf(root: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(item => isScalar(item.key) && String(item.key.value) === String(step));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
      if (isScalar(node) && node.value !== null) offset = startOf(node) ?? offset;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
