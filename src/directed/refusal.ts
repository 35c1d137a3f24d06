import { GatewayError } from '../errors.ts';

/** The error for an answer that asks for what its backend may not have, in words for the log. */
export function refusedDirection(message: string): GatewayError {
  return new GatewayError('direction_refused', message);
}
