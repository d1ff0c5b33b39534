/** What a server must make of bytes on a connection, whichever implementation serves them. */
export interface ConformanceCase {
  readonly name: string
  /** Written one part after another. */
  readonly send: readonly string[]
  /** The client closes its sending side after the last part. */
  readonly halfClose?: boolean
  /** Expected statuses in order, 100 included. */
  readonly statuses: readonly number[]
  /** What handlers must have seen, in order; any members of the request. */
  readonly requests?: readonly SeenRequest[]
  /** Whether the server closes after the last answer. */
  readonly closes: boolean
  /** Answers have no bodies (HEAD). */
  readonly bodiless?: boolean
}

export interface SeenRequest {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

const HOST = "Host: a\r\n"
const get = (target: string, lines = ""): string => `GET ${target} HTTP/1.1\r\n${HOST}${lines}\r\n`
const post = (lines: string, body = ""): string => `POST / HTTP/1.1\r\n${HOST}${lines}\r\n${body}`
const chunked = (body: string): string => post("Transfer-Encoding: chunked\r\n", body)
const X70K = "x".repeat(70_000)

const ok = (name: string, send: string | readonly string[], ...requests: SeenRequest[]) => ({
  name,
  send: typeof send === "string" ? [send] : send,
  statuses: requests.map(() => 200),
  requests,
  closes: false,
})
const refused = (name: string, status: number, ...send: string[]) => ({
  name,
  send,
  statuses: [status],
  requests: [],
  closes: true,
})

const TARGETS: readonly ConformanceCase[] = [
  ok("a path", get("/a/b"), { method: "GET", path: "/a/b", query: "", body: "" }),
  ok("a query, as sent", get("/a%20b?x=%2F&y"), { path: "/a%20b", query: "x=%2F&y" }),
  ok("a second question mark", get("/?a?b"), { path: "/", query: "a?b" }),
  ok("doubled slashes and dots, as sent", get("//a/../b/./"), { path: "//a/../b/./" }),
  ok("an absolute target names the host", get("http://b:80/p?q"), {
    path: "/p",
    query: "q",
    headers: { host: "b:80" },
  }),
  ok("an absolute target without a path", get("http://b"), { path: "/", query: "" }),
  ok("OPTIONS *", `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`, { method: "OPTIONS", path: "*" }),
  refused("* for GET", 400, get("*")),
  refused("a target without a slash", 400, get("a")),
  refused("a target with user information", 400, get("http://u@b/")),
  refused("a control character in the target", 400, get("/\x01")),
  refused("a target of 20 KB", 414, get(`/${"x".repeat(20_000)}`)),
  refused("CONNECT", 501, `CONNECT a:1 HTTP/1.1\r\n${HOST}\r\n`),
]

const LINES: readonly ConformanceCase[] = [
  refused("an unknown method", 400, `BREW / HTTP/1.1\r\n${HOST}\r\n`),
  refused("a method in lower case", 400, `get / HTTP/1.1\r\n${HOST}\r\n`),
  refused("no version", 400, `GET /\r\n${HOST}\r\n`),
  refused("a version that is none", 400, `GET / HTTX/1.1\r\n${HOST}\r\n`),
  refused("no target", 400, `GET  HTTP/1.1\r\n${HOST}\r\n`),
  refused("a bare LF after the request line", 400, `GET / HTTP/1.1\n${HOST}\r\n`),
  refused("a bare LF after a header", 400, "GET / HTTP/1.1\r\nHost: a\n\r\n"),
  refused("a bare CR in a header", 400, "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n"),
  refused("a header without a colon", 400, get("/", "nonsense\r\n")),
  refused("a header without a name", 400, get("/", ": v\r\n")),
  refused("a space before the colon", 400, get("/", "A : v\r\n")),
  refused("a space in a header name", 400, get("/", "A b: v\r\n")),
  refused("an obsolete line folding", 400, get("/", "A: b\r\n c\r\n")),
  refused(
    "a first header line that begins with a space",
    400,
    "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
  ),
  refused("a NUL in a header value", 400, get("/", "A: b\0c\r\n")),
  refused("a control character in a header value", 400, get("/", "A: b\x01\r\n")),
  refused("no Host", 400, "GET / HTTP/1.1\r\n\r\n"),
  refused("two Hosts", 400, get("/", "Host: b\r\n")),
  refused("300 headers", 431, get("/", "A: b\r\n".repeat(300))),
  refused("a header of 70 KB", 431, get("/", `A: ${X70K}\r\n`)),
  refused("70 KB of headers in pieces", 431, get("/").slice(0, -2), `A: ${X70K}`),
  refused("rubbish", 400, "\x80\x81\x82\x83\r\n\r\n"),
  ok("an unknown expectation", get("/", "Expect: tea\r\n"), { path: "/" }),
  ok("empty lines before a request", `\r\n\r\n${get("/a")}`, { path: "/a" }),
  ok("header names in any case, values trimmed", get("/", "X-A:\t b c \t\r\nx-B:\r\n"), {
    headers: { host: "a", "x-a": "b c", "x-b": "" },
  }),
  ok("repeated headers join", get("/", "A: 1\r\nB: 2\r\na: 3\r\nCookie: x=1\r\nCookie: y=2\r\n"), {
    headers: { host: "a", a: "1,3", b: "2", cookie: "x=1; y=2" },
  }),
  ok("awkward header names", get("/", "__proto__: x\r\nconstructor: y\r\n"), {
    headers: { host: "a", ["__proto__"]: "x", constructor: "y" },
  }),
  ok("Latin-1 in a header value", get("/", "A: \xe4\r\n"), { headers: { host: "a", a: "\xe4" } }),
  ok("a head in pieces", ["GE", "T /a?b", " HTTP/1.1\r", "\nHo", "st: a\r\n\r", "\n"], {
    path: "/a",
    query: "b",
  }),
]

const BODIES: readonly ConformanceCase[] = [
  ok("a body", post("Content-Length: 3\r\n", "abc"), { method: "POST", body: "abc" }),
  ok("a body in pieces", [post("Content-Length: 6\r\n"), "ab", "cd", "ef"], { body: "abcdef" }),
  ok("an empty body", post("Content-Length: 0\r\n"), { body: "" }),
  ok("a body on GET", `GET / HTTP/1.1\r\n${HOST}Content-Length: 2\r\n\r\nhi`, { body: "hi" }),
  ok("a chunked body", chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), { body: "abcde" }),
  ok("chunks in pieces", [chunked(""), "3", "\r", "\nab", "c\r", "\n", "0\r\n", "\r\n"], {
    body: "abc",
  }),
  ok("chunk sizes in any case, with zeros", chunked("00A\r\n0123456789\r\n0\r\n\r\n"), {
    body: "0123456789",
  }),
  ok("chunk extensions", chunked('3;a=b;c="d"\r\nabc\r\n0;x\r\n\r\n'), { body: "abc" }),
  ok("trailers are dropped", chunked("1\r\na\r\n0\r\nX-T: v\r\n\r\n"), {
    body: "a",
    headers: { host: "a", "transfer-encoding": "chunked" },
  }),
  ok("Chunked in any case", post("Transfer-Encoding: Chunked\r\n", "0\r\n\r\n"), { body: "" }),
  refused("two lengths", 400, post("Content-Length: 3\r\nContent-Length: 4\r\n", "abc")),
  refused("the same length twice", 400, post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")),
  refused("lengths in a list", 400, post("Content-Length: 3, 3\r\n", "abc")),
  refused("a signed length", 400, post("Content-Length: +3\r\n", "abc")),
  refused("a negative length", 400, post("Content-Length: -3\r\n", "abc")),
  refused("a hexadecimal length", 400, post("Content-Length: 0x3\r\n", "abc")),
  refused("a length beyond counting", 400, post("Content-Length: 99999999999999999999\r\n")),
  refused("a length above the limit", 413, post("Content-Length: 9000000000\r\n")),
  refused(
    "a length and chunks",
    400,
    post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
  ),
  refused(
    "chunks and a length",
    400,
    post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"),
  ),
  refused("another coding", 400, post("Transfer-Encoding: gzip\r\n", "x")),
  refused("identity coding", 400, post("Transfer-Encoding: identity\r\n", "x")),
  refused("chunked and then another", 400, post("Transfer-Encoding: chunked, gzip\r\n", "x")),
  refused("a coding with a tail", 400, post("Transfer-Encoding: chunkedx\r\n", "0\r\n\r\n")),
  refused("no chunk size", 400, chunked("\r\nabc\r\n0\r\n\r\n")),
  refused("a chunk size that is none", 400, chunked("g\r\nabc\r\n0\r\n\r\n")),
  refused("a signed chunk size", 400, chunked("-1\r\nabc\r\n0\r\n\r\n")),
  refused("a chunk size with a prefix", 400, chunked("0x3\r\nabc\r\n0\r\n\r\n")),
  refused("a chunk size beyond counting", 400, chunked("fffffffffffffffff\r\n")),
  refused("a chunk size line that ends in LF", 400, chunked("3\nabc\r\n0\r\n\r\n")),
  refused("a chunk longer than its size", 400, chunked("3\r\nabcd\r\n0\r\n\r\n")),
  refused("a control character in an extension", 400, chunked("3;a\x01\r\nabc\r\n0\r\n\r\n")),
  refused("20 KB of chunk extensions", 413, chunked(`3;${"x".repeat(20_000)}\r\nabc\r\n`)),
  refused("a trailer that is no header", 400, chunked("0\r\nnonsense\r\n\r\n")),
]

const CONNECTIONS: readonly ConformanceCase[] = [
  ok("two requests in one packet", get("/1") + get("/2"), { path: "/1" }, { path: "/2" }),
  ok(
    "a body and the next request in one packet",
    post("Content-Length: 2\r\n", `ab${get("/2")}`),
    { body: "ab" },
    { path: "/2" },
  ),
  ok(
    "chunks and the next request in one packet",
    chunked(`1\r\na\r\n0\r\n\r\n${get("/2")}`),
    { body: "a" },
    { path: "/2" },
  ),
  ok(
    "a thousand requests in one packet",
    get("/1").repeat(1_000),
    ...Array.from({ length: 1_000 }, () => ({ path: "/1" })),
  ),
  {
    name: "Connection: close",
    send: [get("/", "Connection: close\r\n")],
    statuses: [200],
    closes: true,
  },
  {
    name: "Connection: Close among others",
    send: [get("/", "Connection: foo, Close\r\n")],
    statuses: [200],
    closes: true,
  },
  { name: "HTTP/1.0", send: ["GET /a HTTP/1.0\r\n\r\n"], statuses: [200], closes: true },
  {
    name: "HTTP/1.0 with keep-alive",
    send: ["GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"],
    statuses: [200],
    closes: false,
  },
  {
    name: "HEAD",
    send: [`HEAD /a HTTP/1.1\r\n${HOST}\r\n`],
    statuses: [200],
    requests: [{ method: "HEAD", path: "/a" }],
    closes: false,
    bodiless: true,
  },
  {
    name: "half-close after a request",
    send: [get("/a")],
    halfClose: true,
    statuses: [200],
    requests: [{ path: "/a" }],
    closes: true,
  },
  {
    name: "half-close after two requests",
    send: [get("/1") + get("/2")],
    halfClose: true,
    statuses: [200, 200],
    closes: true,
  },
  {
    name: "a refusal behind requests that are still to be answered",
    send: [post("Content-Length: 2\r\n", "{}") + get("/2") + "GET /3 HTTP/1.1\r\n\r\n" + get("/4")],
    statuses: [200, 200, 400],
    requests: [{ path: "/" }, { path: "/2" }],
    closes: true,
  },
  {
    name: "half-close inside a head",
    send: ["GET / HTTP/1.1\r\nHos"],
    halfClose: true,
    statuses: [400],
    requests: [],
    closes: true,
  },
  ok("HTTP/1.1 upgrade is not taken up", get("/", "Upgrade: h2c\r\nConnection: Upgrade\r\n"), {
    path: "/",
  }),
]

export const CONFORMANCE_CASES: readonly ConformanceCase[] = [
  ...TARGETS,
  ...LINES,
  ...BODIES,
  ...CONNECTIONS,
]
