/** So many bytes of pipelined requests are taken in advance; the rest waits in the kernel. */
export const PIPELINE_BYTES = 16_384;

/** How long a closed connection goes on reading, so that the client is not reset before it has read its answer (RFC 9112, 9.6). */
export const LINGER = 5_000;

/** So many bytes a client may go on sending to a closed connection. */
export const LINGER_BYTES = 64 * 1_048_576;

/** How long an idle connection stays open in a drain, in milliseconds: a request may be on its way, and would be lost. */
export const LAST_CALL = 1_000;

/** How long a connection that is not ready for requests stays open in a drain, in milliseconds: its client may be far away. */
export const LAST_HANDSHAKE = 2_000;
