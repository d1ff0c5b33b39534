/** Numbers that look random and are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Random = (below: number) => number

const METHODS = ["GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "get", "BREW", ""]
const TARGETS = [
  "/",
  "/a",
  "/a/b?c=d&e",
  "/%20?%2F",
  "//x//",
  "/a#b",
  "/a?b#c",
  "*",
  "http://h/p?q",
  "https://h",
  "http://h?q",
  "a",
  "",
  "/\x7f",
  '/"<>\\^`{|}',
  "ftp://h/p",
  "http://",
  "http:///p",
]
const VERSIONS = [
  "HTTP/1.1",
  "HTTP/1.1",
  "HTTP/1.1",
  "HTTP/1.0",
  "HTTP/1.2",
  "HTTP/2.0",
  "HTTP/1.",
  "",
]
const LINES = [
  "Host: h",
  "host:h2",
  "Host:",
  "A: b",
  "A:b ",
  "a:\t c\t",
  "X-Y_z!#$%&'*+.^`|~: ok",
  "Cookie: a=1",
  "Cookie: b=2",
  "Connection: close",
  "Connection: keep-alive",
  "Connection: keep-alive, Close",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Content-Length: 0",
  "Content-Length: 3",
  "Content-Length: 5",
  "Content-Length: 03",
  "Content-Length: 3 ",
  "Content-Length: 3,3",
  "Content-Length:",
  "Content-Length: 1e1",
  "Transfer-Encoding: chunked",
  "transfer-encoding: CHUNKED",
  "Transfer-Encoding: chunked, chunked",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: x",
  "Transfer-Encoding:",
  "Expect: 100-continue",
  "Expect: nothing",
  " folded: x",
  "no colon",
  ": empty",
  "sp ace: x",
  "tail : x",
  "nul: a\0b",
  "high: \xe4\xff",
  "del: a\x7fb",
  "__proto__: x",
  "Trailer: x",
]
const BODIES = [
  "",
  "",
  "abc",
  "abcde",
  "3\r\nabc\r\n0\r\n\r\n",
  "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
  "03;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n",
  "3 \r\nabc\r\n0\r\n\r\n",
  "3\r\nabc\r\n0\r\n",
  "3\nabc\n0\n\n",
  "ffffffffffffffff\r\n",
  "0\r\nContent-Length: 9\r\n\r\n",
  "0\r\nbad trailer\r\n\r\n",
]
const NOISE = [
  "\r",
  "\n",
  "\0",
  " ",
  "\t",
  ":",
  ",",
  ";",
  "0",
  "a",
  "\x80",
  "\xff",
  "\r\n",
  "\r\n\r\n",
]

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random(from.length)] as T
}

/** Mostly sane choices: the first of the list, but one time in `odds` any of it. */
function mostly(random: Random, from: readonly string[], odds: number): string {
  return random(odds) === 0 ? pick(random, from) : (from[random(2)] as string)
}

function oneRequest(random: Random): string {
  const lines = random(20) === 0 ? [] : ["Host: h"]
  for (let i = random(5); i > 0; i--) lines.push(pick(random, LINES))
  let body = ""
  if (random(3) === 0) {
    body = pick(random, BODIES)
    if (random(3) > 0) {
      lines.push(
        body.includes("\r\n") ? "Transfer-Encoding: chunked" : `Content-Length: ${body.length}`,
      )
    }
  }
  const line = `${mostly(random, METHODS, 8)} ${mostly(random, TARGETS, 4)} ${mostly(random, VERSIONS, 8)}`
  return `${line}\r\n${lines.map((text) => `${text}\r\n`).join("")}\r\n${body}`
}

/** What one client sends: a request or two, often damaged somewhere. */
export function fuzzedBytes(random: Random): string {
  let text = oneRequest(random)
  if (random(4) === 0) text += oneRequest(random)
  for (let i = random(2) === 0 ? random(3) : 0; i > 0; i--) {
    const at = random(text.length + 1)
    const noise = random(3) === 0 ? "" : pick(random, NOISE)
    text = text.slice(0, at) + noise + text.slice(at + random(2))
  }
  return random(10) === 0 ? text.slice(0, random(text.length + 1)) : text
}
