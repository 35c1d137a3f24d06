import { type BigIntStats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ListenTlsConfig } from '../../config/config.ts';

/** What changes when one of the files of a listener does. */
export function stampOf(config: ListenTlsConfig): string {
  return filesOf(config)
    .map(path => {
      try {
        return words(statSync(path, { bigint: true }));
      } catch {
        return '';
      }
    })
    .join(', ');
}

/** The same, asked for without waiting: a file system may hang. */
export async function stampLater(config: ListenTlsConfig): Promise<string> {
  const stamps = filesOf(config).map(path => stat(path, { bigint: true }).then(words, () => ''));
  return (await Promise.all(stamps)).join(', ');
}

function filesOf({ certificates, clientCa }: ListenTlsConfig): string[] {
  const files = certificates.flatMap(({ cert, key }) => [cert, key]);
  return clientCa === '' ? files : [...files, clientCa];
}

function words({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}
