/** The descriptions of alerts by their numbers (RFC 8446, 6; RFC 5246, 7.2; RFC 6066, 9; RFC 7301, 3.2). */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'close_notify'],
  [10, 'unexpected_message'],
  [20, 'bad_record_mac'],
  [22, 'record_overflow'],
  [40, 'handshake_failure'],
  [42, 'bad_certificate'],
  [43, 'unsupported_certificate'],
  [44, 'certificate_revoked'],
  [45, 'certificate_expired'],
  [46, 'certificate_unknown'],
  [47, 'illegal_parameter'],
  [48, 'unknown_ca'],
  [49, 'access_denied'],
  [50, 'decode_error'],
  [51, 'decrypt_error'],
  [70, 'protocol_version'],
  [71, 'insufficient_security'],
  [80, 'internal_error'],
  [86, 'inappropriate_fallback'],
  [90, 'user_canceled'],
  [109, 'missing_extension'],
  [110, 'unsupported_extension'],
  [112, 'unrecognized_name'],
  [113, 'bad_certificate_status_response'],
  [115, 'unknown_psk_identity'],
  [116, 'certificate_required'],
  [120, 'no_application_protocol'],
]);

/**
 * What a server says that does not accept a client's certificate, or misses one. In TLS 1.3 the client hears of it only when
 * its own part of the handshake is long over.
 */
const REFUSALS: ReadonlySet<number> = new Set([40, 42, 43, 44, 45, 46, 48, 49, 51, 116]);

/** An alert that a backend sent. */
export interface Alert {
  readonly id: number;
  /** In the words of the protocol, such as `certificate_required`. */
  readonly name: string;
  /** Whether it says that the gateway's certificate, or the lack of one, is why the handshake failed. */
  readonly refusal: boolean;
}

/** The alert that an error of OpenSSL speaks of; undefined: it speaks of none that was received. */
export function alertIn(error: Error): Alert | undefined {
  const digits = /SSL alert number (\d+)/.exec(error.message)?.[1];
  if (digits === undefined) return undefined;
  const id = Number(digits);
  return { id, name: NAMES.get(id) ?? 'unknown_alert', refusal: REFUSALS.has(id) };
}
