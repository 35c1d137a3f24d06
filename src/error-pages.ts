/** The statuses that pages may stand for: from FIRST, so many of them. */
const FIRST = 400;
const COUNT = 200;

const PLACEHOLDER = /\{(?:id|status)\}/g;

/** A page in place of words of the gateway's own, read and taken apart once. */
export class ErrorPage {
  /** Its Content-Type. */
  readonly type: string;
  /** Whether it is of use to a client that prefers JSON. */
  readonly json: boolean;
  /** Whether it takes the place of a backend's answer, too. */
  readonly intercept: boolean;
  /** What stands as it is, and between two of these what is filled in. */
  private readonly pieces: readonly Buffer[];
  private readonly gaps: readonly string[];

  /** `content` is not copied. In a page of text `{id}` and `{status}` stand for those of the exchange. */
  constructor(content: Buffer, type: string, intercept: boolean) {
    this.type = type;
    this.json = /^application\/(?:[\w.-]+\+)?json\b/i.test(type);
    this.intercept = intercept;
    const pieces: Buffer[] = [];
    const gaps: string[] = [];
    let from = 0;
    const matches = isText(type) ? content.toString('latin1').matchAll(PLACEHOLDER) : [];
    for (const { index, 0: gap } of matches) {
      pieces.push(content.subarray(from, index));
      gaps.push(gap);
      from = index + gap.length;
    }
    pieces.push(content.subarray(from));
    this.pieces = pieces;
    this.gaps = gaps;
  }

  /** The body for an exchange, in parts that no other exchange needs a copy of. */
  body(id: string, status: number): readonly Buffer[] {
    if (this.gaps.length === 0) return this.pieces;
    return this.pieces.flatMap((piece, i) => {
      const gap = this.gaps[i];
      if (gap === undefined) return [piece];
      return [piece, Buffer.from(gap === '{id}' ? id : String(status), 'latin1')];
    });
  }
}

/** Which page stands for which status, of those in force for a route. */
export class ErrorPages {
  readonly #any: (ErrorPage | null)[] = new Array<ErrorPage | null>(COUNT).fill(null);
  readonly #json: (ErrorPage | null)[] = new Array<ErrorPage | null>(COUNT).fill(null);
  readonly #intercepted: boolean[] = new Array<boolean>(COUNT).fill(false);

  /** Lets a page stand for statuses, both bounds included, as far as none that was added before does. */
  add(page: ErrorPage, from: number, to: number): void {
    const last = Math.min(to - FIRST, COUNT - 1);
    for (let i = Math.max(0, from - FIRST); i <= last; i++) {
      if (this.#any[i] === null && this.#json[i] === null) this.#intercepted[i] = page.intercept;
      const pages = page.json ? this.#json : this.#any;
      pages[i] ??= page;
    }
  }

  /** The page for a status; `json`: for a client that prefers JSON, which gets no other. Null: none. */
  find(status: number, json: boolean): ErrorPage | null {
    const own = this.#json[status - FIRST] ?? null;
    return json ? own : (this.#any[status - FIRST] ?? own);
  }

  /** Whether a backend's answer with that status is replaced. */
  intercepts(status: number): boolean {
    return this.#intercepted[status - FIRST] === true;
  }
}

function isText(type: string): boolean {
  return /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml)\b)/i.test(type);
}
