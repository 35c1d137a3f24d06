import type { CheckConfig } from '../../config/config.ts';
import { destinationOf } from './check-request.ts';
import type { CheckedPool } from './checks.ts';
import { ConnectCheck } from './connect-check.ts';
import { ExchangeCheck } from './exchange-check.ts';
import type { Subject } from './subject.ts';
import type { Verdict } from './verdict.ts';

/** Begins a check of the kind that is configured; the verdict may come within this call. */
export function beginCheck(
  subject: Subject,
  { config, diagnostics }: CheckedPool,
  check: CheckConfig,
  tell: (verdict: Verdict) => void,
): void {
  const { endpoint } = subject;
  if (check.path === '') {
    const running = new ConnectCheck(destinationOf(endpoint, '', check.timeout), check.timeout, tell);
    subject.running = running;
    running.begin();
  } else {
    const running = new ExchangeCheck(endpoint, check, diagnostics, tell);
    subject.running = running;
    running.begin(config);
  }
}
