const PHRASES: string[] = [];

function name(first: number, ...phrases: string[]): void {
  for (const [i, phrase] of phrases.entries()) PHRASES[first + i] = phrase;
}

name(100, 'Continue', 'Switching Protocols', 'Processing', 'Early Hints');
name(200, 'OK', 'Created', 'Accepted', 'Non-Authoritative Information', 'No Content', 'Reset Content');
name(206, 'Partial Content', 'Multi-Status', 'Already Reported');
name(226, 'IM Used');
name(300, 'Multiple Choices', 'Moved Permanently', 'Found', 'See Other', 'Not Modified', 'Use Proxy');
name(307, 'Temporary Redirect', 'Permanent Redirect');
name(400, 'Bad Request', 'Unauthorized', 'Payment Required', 'Forbidden', 'Not Found', 'Method Not Allowed');
name(406, 'Not Acceptable', 'Proxy Authentication Required', 'Request Timeout', 'Conflict', 'Gone');
name(411, 'Length Required', 'Precondition Failed', 'Content Too Large', 'URI Too Long');
name(415, 'Unsupported Media Type', 'Range Not Satisfiable', 'Expectation Failed');
name(418, "I'm a Teapot");
name(421, 'Misdirected Request', 'Unprocessable Content', 'Locked', 'Failed Dependency', 'Too Early');
name(426, 'Upgrade Required');
name(428, 'Precondition Required', 'Too Many Requests');
name(431, 'Request Header Fields Too Large');
name(451, 'Unavailable For Legal Reasons');
name(
  500,
  'Internal Server Error',
  'Not Implemented',
  'Bad Gateway',
  'Service Unavailable',
  'Gateway Timeout',
);
name(505, 'HTTP Version Not Supported', 'Variant Also Negotiates');
name(507, 'Insufficient Storage', 'Loop Detected');
name(510, 'Not Extended', 'Network Authentication Required');

/** What the first digit of a status says (RFC 9110, 15). */
const CLASSES = ['', 'Informational', 'Successful', 'Redirection', 'Client Error', 'Server Error'];

/**
 * The reason phrase of a status (RFC 9110, 15, and the registry's later entries), or the name of its class if it has none;
 * empty for what is no status.
 */
export function reasonPhrase(status: number): string {
  return PHRASES[status] ?? CLASSES[Math.floor(status / 100)] ?? '';
}
