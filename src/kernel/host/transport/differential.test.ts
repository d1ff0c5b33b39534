import { expect, test } from "vitest"
import { createJudge, type Outcome } from "./testing/http-outcome.ts"
import { fuzzedBytes, seededRandom } from "./testing/request-fuzz.ts"

/** More cases, for a long run: CLOUDARIUM_FUZZ_CASES=100000. */
const CASES = Number(process.env["CLOUDARIUM_FUZZ_CASES"] ?? 800)
const SEED = Number(process.env["CLOUDARIUM_FUZZ_SEED"] ?? 1)

interface Difference {
  readonly reason: string
  holds(text: string, own: Outcome, node: Outcome): boolean
}

const refused = ({ statuses }: Outcome): boolean => (statuses.at(-1) ?? 0) >= 400
const sameSeen = (own: Outcome, node: Outcome): boolean =>
  JSON.stringify(own.seen) === JSON.stringify(node.seen)

const begins = (all: readonly string[], first: readonly string[]): boolean =>
  first.every((one, i) => one === all[i])

/** Where our own HTTP/1.1 and node:http may differ, each with its reason. */
const DIFFERENCES: readonly Difference[] = [
  {
    reason: "Both refuse; a request can be wrong in several ways, and one is named.",
    holds: (_, own, node) => sameSeen(own, node) && refused(own) && refused(node),
  },
  {
    reason: "We refuse a Transfer-Encoding in HTTP/1.0 (RFC 9112 section 6.1), and more than one.",
    holds: (text, own) =>
      refused(own) &&
      (/HTTP\/1\.0\r\n(?:.+\r\n)*transfer-encoding:/i.test(text) ||
        /transfer-encoding:(?:.*\r\n)(?:.+\r\n)*transfer-encoding:/i.test(text)),
  },
  {
    reason: "We refuse a coding before chunked: nobody would undo it.",
    holds: (text, own) => refused(own) && /transfer-encoding:.*,/i.test(text),
  },
  {
    reason: "We take exactly one space on either side of a target, node:http any number.",
    holds: (text, own) => refused(own) && /^[A-Z]* {2}|  HTTP\//m.test(text),
  },
  {
    reason: "We take raw bytes beyond ASCII in a target, as people type them.",
    holds: (text, _, node) => refused(node) && /^[A-Z]+ \S*[\x80-\xff]\S* HTTP/m.test(text),
  },
  {
    reason: "node:http ends a connection whose client expected a 100 that was never due.",
    holds: (text, own, node) =>
      /^expect:.*100-continue/im.test(text) && begins(own.seen, node.seen) && !refused(node),
  },
  {
    reason: "After an Upgrade that nobody took up, node:http answers no more.",
    holds: (text, own, node) =>
      /^upgrade:/im.test(text) && begins(own.seen, node.seen) && !refused(node),
  },
  {
    reason: "With an Upgrade, node:http does not look at how the body is framed.",
    holds: (text, own) =>
      refused(own) && /^upgrade:/im.test(text) && /^transfer-encoding:/im.test(text),
  },
  {
    reason: "Before a request we skip CR LF (RFC 9112 section 2.2), node:http any CR and LF.",
    holds: (text, own, node) =>
      refused(own) && begins(node.seen, own.seen) && /(?:^|\n)(?:\n|\r(?!\n))/.test(text),
  },
  {
    reason: "We do not look into chunk extensions, beyond their length and control characters.",
    holds: (text, _, node) => refused(node) && /^[0-9a-f]+;/im.test(text),
  },
  {
    reason: "Of keep-alive and close in HTTP/1.0, close counts for us, keep-alive for node:http.",
    holds: (text, own, node) =>
      begins(node.seen, own.seen) && /HTTP\/1\.0\r\n(?:.+\r\n)*connection:.*close/i.test(text),
  },
  {
    reason: "node:http looks for 100-continue anywhere in Expect, we for nothing else.",
    holds: (text) => /^expect:.*100-continue/im.test(text),
  },
]

function explained(text: string, own: Outcome, node: Outcome): boolean {
  return DIFFERENCES.some((difference) => difference.holds(text, own, node))
}

const same = (own: Outcome, node: Outcome): boolean => JSON.stringify(own) === JSON.stringify(node)

test(
  "our own HTTP/1.1 understands damaged requests as node:http does",
  async () => {
    const [own, node] = [await createJudge("own"), await createJudge("node")]
    const unexplained: string[] = []
    let compared = 0
    for (let i = 0; i < CASES; i++) {
      const text = fuzzedBytes(seededRandom(SEED * 1_000_003 + i))
      const [ours, theirs] = await Promise.all([own.judge(text), node.judge(text)])
      compared++
      if (same(ours, theirs) || explained(text, ours, theirs)) continue
      // In one packet, what is wrong later makes node:http drop a request that it has not yet
      // handed over. Byte by byte, each request stands for itself.
      const [ourSlow, theirSlow] = await Promise.all([
        own.judge(text, true),
        node.judge(text, true),
      ])
      // Whichever way the bytes come, ours hands over the same.
      expect(ourSlow.seen, `case ${i}: ${JSON.stringify(text)}`).toEqual(ours.seen)
      if (same(ourSlow, theirSlow) || explained(text, ourSlow, theirSlow)) continue
      unexplained.push(JSON.stringify({ case: i, text, own: ourSlow, node: theirSlow }))
    }
    expect(unexplained).toEqual([])
    expect(compared).toBe(CASES)
    expect([own.reports, node.reports]).toEqual([[], []])
    await own.stop()
    await node.stop()
  },
  CASES * 100 + 120_000,
)
