import type { Command } from 'commander';
import { addConfigFlags } from './config-flags.ts';
import { warnings } from './warnings.ts';

const AFTER = `
Durations: 250ms 5s 2m 1h. Sizes: 64k 8m 1g. Shares: 20%.
Messages go to standard output beside the access log; to standard error with --log-format combined.
SIGTERM and SIGINT end the gateway when what is in flight has finished; a second one ends it at once.
SIGHUP reads the configuration again and opens log files anew, SIGUSR1 does only the latter. SIGUSR2 has a new process of the
program take over, without a failed request.

Examples:
  sluice -b http://127.0.0.1:3000 -b http://127.0.0.1:3001,weight=2
  sluice --pool api=http://10.0.0.5:3000 --route 'path=/api/* -> api' -b http://10.0.0.6:8000
  sluice -l :80 -l :443,tls,cert=site.pem,key=site.key --redirect-https -b http://127.0.0.1:3000
  sluice -b http://10.0.0.5:3000 --pool replicas=http://10.0.0.6:3000 --route '-> default; reads replicas; read-your-writes 10s'
  sluice -b fcgi+unix:///run/php/php8.2-fpm.sock,max-conns=8 --root /var/www/html
  sluice --spawn 'default=php-cgi' --root /var/www/html`;

/** Adds `serve`: runs a gateway until a signal ends it. */
export function addServe(program: Command, name: string): void {
  const command = program
    .command(name, { isDefault: true })
    .description('run the gateway (the default command)')
    .addHelpText('after', AFTER);
  const flags = addConfigFlags(command);
  command.action(async () => {
    const config = flags.load();
    // Loaded only when it is needed: it takes longer than the rest of the program.
    const { runGateway } = await import('./run-gateway.ts');
    await runGateway(config, warnings(config), flags.load);
  });
}
