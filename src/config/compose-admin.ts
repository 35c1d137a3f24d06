import type { AdminConfig, ListenConfig } from './config.ts';
import { defaultAdmin } from './default-admin.ts';
import { placeOf } from './listen-address.ts';
import type { Settings } from './schema.ts';
import type { Composing } from './source.ts';
import { tokenFile } from './token-file.ts';

/** Where commands are taken; what does not fit together joins the mistakes. */
export function composeAdmin(settings: Settings, composing: Composing): AdminConfig {
  const { admin } = settings;
  const token = settings['admin-token-file'];
  const taken = (address: ListenConfig | undefined): boolean =>
    settings.listen!.some(other => address !== undefined && placeOf(other) === placeOf(address));
  const usual = defaultAdmin();
  const listen = admin === undefined ? (taken(usual) ? undefined : usual) : admin.listen;
  const byTcp = listen?.kind === 'tcp';
  const fault = (path: string, message: string): void => {
    composing.mistakes.push({ path: [path], message });
  };
  if (byTcp && token === undefined) {
    fault('admin', `${listen.text} is open to every program on the machine: add --admin-token-file FILE`);
  }
  if (!byTcp && token !== undefined) {
    fault(
      'admin-token-file',
      'only commands by TCP show a token: add --admin 127.0.0.1:PORT, or leave it out',
    );
  }
  if (admin !== undefined && taken(listen) && !(byTcp && listen.port === 0)) {
    fault(
      'admin',
      `requests are taken at ${listen!.text}, see listen: commands need an address of their own`,
    );
  }
  const path = ['admin-token-file'];
  return {
    listen,
    given: admin !== undefined,
    tokenFile: token === undefined ? '' : tokenFile(composing, { value: token, path }),
    hosts: admin?.hosts ?? [],
  };
}
