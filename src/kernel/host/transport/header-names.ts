/** What the transport itself has to know about a header. */
export const HEADER = {
  other: 0,
  contentLength: 1,
  transferEncoding: 2,
  connection: 3,
  host: 4,
  expect: 5,
  keepAlive: 6,
  date: 7,
  cookie: 8,
  upgrade: 9,
} as const
export type HeaderKind = (typeof HEADER)[keyof typeof HEADER]

export interface HeaderName {
  /** As the client writes it. */
  readonly spelling: string
  /** Lower case. */
  readonly name: string
  readonly kind: HeaderKind
  /** The value with which it was said last, and then, when it is said again, its line. */
  said: string | undefined
  line: string | undefined
}

const KINDS: Readonly<Record<string, HeaderKind>> = Object.freeze({
  "content-length": HEADER.contentLength,
  "transfer-encoding": HEADER.transferEncoding,
  connection: HEADER.connection,
  host: HEADER.host,
  expect: HEADER.expect,
  "keep-alive": HEADER.keepAlive,
  date: HEADER.date,
  cookie: HEADER.cookie,
  upgrade: HEADER.upgrade,
})

// RFC 9110 section 5.6.2, "token".
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const MAX_KNOWN = 2048
const MAX_KNOWN_LENGTH = 64

/**
 * Header names as clients spell them, checked and lower-cased once per spelling rather than once
 * per request.
 */
export class HeaderNames {
  readonly #known = new Map<string, HeaderName>()

  /** `undefined` when the text is no header name. */
  lookup(raw: string): HeaderName | undefined {
    return this.#known.get(raw) ?? this.#learn(raw)
  }

  #learn(raw: string): HeaderName | undefined {
    if (!TOKEN.test(raw)) return undefined
    // A copy: `raw` may be a slice that would keep the whole request head alive in the map.
    const spelling = Buffer.from(raw, "latin1").toString("latin1")
    const name = spelling.toLowerCase()
    const entry: HeaderName = {
      spelling,
      name,
      said: undefined,
      line: undefined,
      kind: Object.hasOwn(KINDS, name) ? (KINDS[name] ?? HEADER.other) : HEADER.other,
    }
    if (this.#known.size < MAX_KNOWN && raw.length <= MAX_KNOWN_LENGTH) {
      this.#known.set(spelling, entry)
    }
    return entry
  }
}

interface HeaderBagConstructor {
  new (): Record<string, string>
}

/**
 * An empty header record that inherits nothing ("__proto__" and "constructor" are legal header
 * names), yet keeps V8's fast object layout, which `Object.create(null)` gives up.
 */
export const HeaderBag = function () {} as unknown as HeaderBagConstructor
HeaderBag.prototype = Object.create(null)

/** Adds one header line. Repeats join with ","; cookies with ";" (RFC 9113 section 8.2.3). */
export function addHeader(
  headers: Record<string, string>,
  header: HeaderName,
  value: string,
): void {
  const before = headers[header.name]
  if (before === undefined) headers[header.name] = value
  else headers[header.name] = before + (header.kind === HEADER.cookie ? "; " : ",") + value
}
