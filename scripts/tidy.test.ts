import { expect, test } from "vitest"
import { tidy } from "./tidy.ts"

const LOAD_ALL = ["src/main.ts", "src/kernel/queue.ts", "src/services/sqs/service.ts"]

/** A small house in order; each test breaks one thing. `undefined` removes a file. */
function house(changes: Record<string, string | undefined> = {}): Map<string, string> {
  const files = new Map<string, string>([
    ["package.json", `{ "dependencies": { "lmdb": "^3.5.6" } }`],
    [
      "src/main.ts",
      `import { sqs } from "./services/sqs/service.ts"\nimport { host } from "./kernel/host/clock.ts"\n` +
        `export const cloud = (): unknown => [sqs, host]\n`,
    ],
    ["src/kernel/host/clock.ts", `export const host = (): number => Date.now()\n`],
    ["src/kernel/queue.ts", `import { open } from "lmdb"\nexport const queue = open\n`],
    [
      "src/services/sqs/service.ts",
      `import { queue } from "../../kernel/queue.ts"\nimport { SendMessage } from "./ops/SendMessage.ts"\n` +
        `import { topic } from "../sns/port.ts"\nexport const sqs = { queue, SendMessage, topic }\n`,
    ],
    [
      "src/services/sqs/ops/SendMessage.ts",
      `export const SendMessage = op.write("SendMessage", { run: () => ({}) })\n`,
    ],
    [
      "src/services/sqs/ops/SendMessage.test.ts",
      `import { cloud } from "../../../main.ts"\nsetTimeout(cloud, 1)\n`,
    ],
    ["src/services/sns/port.ts", `export const topic = "topic"\n`],
    ["src/services/sqs/NOTES.md", "- Ids are shorter (docs: Queue quotas)\n- Order: unknown\n"],
  ])
  for (const [path, content] of Object.entries(changes)) {
    if (content === undefined) files.delete(path)
    else files.set(path, (LOAD_ALL.includes(path) ? files.get(path)! : "") + content)
  }
  return files
}

const seen = (changes: Record<string, string | undefined>): string[] =>
  tidy(house(changes)).findings.map(({ rule, path, line }) => `${rule} ${path}:${line ?? ""}`)

test("a house in order has no findings, and its numbers are counted", () => {
  const { findings, watch } = tidy(house())
  expect(findings).toEqual([])
  expect(watch).toEqual([
    "largest file: src/services/sqs/service.ts, 4 lines",
    "operations: 0 read, 1 write, 0 action",
    "notes: 1 with a source, 1 without",
    "files that only tests use: 0",
  ])
})

test.each([
  ["kernel imports a service", "src/kernel/queue.ts", `import "../services/sns/port.ts"\n`, 3],
  ["a type is an import too", "src/kernel/queue.ts", `import type { A } from "../main.ts"\n`, 3],
  ["a late import too", "src/kernel/queue.ts", `export const q = () => import("../main.ts")\n`, 3],
  ["kernel chooses a world", "src/kernel/queue.ts", `export * from "./host/clock.ts"\n`, 3],
  ["src needs a script", "src/kernel/queue.ts", `import "../../scripts/build.ts"\n`, 3],
  ["what tests use", "src/kernel/queue.ts", `export * from "./testing/queues.ts"\n`, 3],
  ["not a port", "src/services/sqs/service.ts", `export * from "../sns/topic.ts"\n`, 5],
])("import direction: %s", (_, path, code, line) => {
  expect(seen({ [path]: code })).toContain(`import-direction ${path}:${line}`)
})

test("a type of a world's part may be named", () => {
  const code = `import type { Host } from "./host/clock.ts"\nexport type A = Host\n`
  expect(seen({ "src/kernel/queue.ts": code })).toEqual([])
})

test("the catalogue of services may load each service", () => {
  const catalogue = { "src/services/all.ts": `export { sqs } from "./sqs/service.ts"\n` }
  const main = { "src/main.ts": `export * from "./services/all.ts"\n` }
  expect(seen({ ...catalogue, ...main })).toEqual([])
})

test("what runs needs declared dependencies only; types and tests are free", () => {
  expect(seen({ "src/kernel/queue.ts": `import got from "got"\n` })).toEqual([
    "declared-dependency src/kernel/queue.ts:3",
  ])
  expect(seen({ "src/kernel/queue.ts": `import type { Got } from "got"\n` })).toEqual([])
  expect(seen({ "src/kernel/queue.test.ts": `import got from "got"\n` })).toEqual([])
})

test("a file that nothing reaches is dead, also when it is imported by a dead one", () => {
  const dead = {
    "src/kernel/a.ts": `export * from "./b.ts"\n`,
    "src/kernel/b.ts": `export const b = 1\n`,
  }
  expect(seen(dead)).toEqual(["dead-file src/kernel/a.ts:", "dead-file src/kernel/b.ts:"])
  const worker = `export const at = new URL("./a-worker.ts", import.meta.url)\n`
  const thread = { "src/kernel/a-worker.ts": `export const a = 1\n`, "src/kernel/queue.ts": worker }
  expect(seen(thread)).toEqual([])
})

test("a file that only a test reaches lives, and is counted", () => {
  const { findings, watch } = tidy(
    house({
      "src/kernel/a.ts": `export const a = 1\n`,
      "src/kernel/a.test.ts": `import "./a.ts"\n`,
    }),
  )
  expect(findings).toEqual([])
  expect(watch).toContain("files that only tests use: 1 (src/kernel/a.ts)")
})

test.each([
  `import { readFileSync } from "node:fs"`,
  `import { createServer } from "node:http"`,
  `import { spawn } from "node:child_process"`,
  `import { randomBytes } from "node:crypto"`,
  `export const now = () => Date.now()`,
  `export const now = () => new Date()`,
  `export const now = () => Date()`,
  `export const draw = () => Math.random()`,
  `export const wait = () => setTimeout(() => {}, 1)`,
  `export const soon = (run: (f: unknown) => void) => run(setImmediate)`,
  `export const at = () => performance.now()`,
  `export const root = () => process.cwd()`,
  `export const id = () => crypto.randomUUID()`,
  `export const call = () => fetch("http://localhost")`,
  `export const order = (a: string, b: string) => a.localeCompare(b)`,
])("banned outside the kernel's host: %s", (code) => {
  expect(seen({ "src/kernel/queue.ts": `${code}\n` })).toEqual([
    "banned-call src/kernel/queue.ts:3",
  ])
})

test.each([
  `export const ask = () => ({ action: "iam:PassRole" })`,
  `export const context = () => ({ "iam:PassedToService": "ec2.amazonaws.com" })`,
  "export const key = (name: string) => `aws:ResourceTag/${name}`",
  `export const key = (name: string) => "aws:RequestTag/" + name`,
])("a service calls the registry's piece instead: %s", (code) => {
  expect(seen({ "src/services/sns/port.ts": `export const topic = 1\n${code}\n` })).toEqual([
    "asked-by-hand src/services/sns/port.ts:2",
  ])
})

test("what only speaks of roles and tags asks nothing", () => {
  const text = `export const topic = "iam:PassRole permissions on all resources" // "iam:PassRole"\n`
  expect(seen({ "src/services/sns/port.ts": text })).toEqual([])
})

test("the host may call them, and look-alikes are free", () => {
  const host = `import { readFileSync } from "node:fs"\nexport const c = () => [readFileSync, Date.now(), setTimeout]\n`
  expect(seen({ "src/kernel/host/clock.ts": `export const host = 1\n${host}` })).toEqual([])
  const alike = [
    `import { createHash } from "node:crypto"`,
    `import type { Server } from "node:net"`,
    `// Date.now() and process.exit() in a comment, "Math.random()" in a text`,
    `export const a = (clock: { setTimeout(): void }) => clock.setTimeout()`,
    `export const b = (ms: number) => new Date(ms).toISOString() + "Math.random()"`,
    `export const c = { process: 1, fetch() {} }`,
    `export const d = (s: Server) => [s, createHash]`,
  ]
  expect(seen({ "src/kernel/queue.ts": alike.join("\n") })).toEqual([])
})

test.each([
  `let count = 0`,
  `var count = 0`,
  `const seen = new Map()`,
  `const names = new Set(list)`,
  `const cache: Record<string, string> = {}`,
  `const cache: string[] = []`,
  `const tables = { weak: new WeakMap() }`,
  `const service = new Service()`,
  `Object.assign(queue, { size: 1 })`,
  `class Pool { static open = 0 }`,
])("module state: %s", (code) => {
  expect(seen({ "src/kernel/queue.ts": `${code}\n` })).toEqual([
    "module-state src/kernel/queue.ts:3",
  ])
})

test("constants and declarations are no state", () => {
  const constants = [
    `export const A = new Set(["a", "b"])`,
    `export const B: Readonly<Record<string, number>> = { a: 1 }`,
    `export const C: readonly string[] = []`,
    `export const D = new TextEncoder()`,
    `export const e = () => new Map()`,
    `export class F { readonly rows = new Map() }`,
    `export const G = { make: () => new Map() }`,
    `export const H: ReadonlySet<string> = new Set(A)`,
    `export const I = new Uint8Array(0)`,
  ]
  expect(seen({ "src/kernel/queue.ts": constants.join("\n") })).toEqual([])
})

test("long files and long functions are named", () => {
  const long = (lines: number): string => "// line\n".repeat(lines)
  expect(seen({ "src/kernel/queue.ts": long(398) })).toEqual([])
  expect(seen({ "src/kernel/queue.ts": long(399) })).toEqual(["file-size src/kernel/queue.ts:"])
  const code = (lines: number): string => `export const f = () => {\n${long(lines)}}\n`
  expect(seen({ "src/kernel/queue.ts": code(68) })).toEqual([])
  expect(seen({ "src/kernel/queue.ts": code(69) })).toEqual(["function-size src/kernel/queue.ts:3"])
  const nested = `export function f() {\n${code(60).replace("export ", "")}${long(60)}}\n`
  expect(seen({ "src/kernel/queue.ts": nested })).toEqual([])
})

test("a crowded folder is named, a folder of operations is not", () => {
  const crowd = (folder: string, suffix: string): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: 31 }, (_, i) => [
        `${folder}/Get${i}${suffix}.test.ts`,
        `export {}\n`,
      ]).flatMap(([path, code]) => [
        [path!, `import "./${path!.split("/").at(-1)!.replace(".test", "")}"\n`],
        [path!.replace(".test", ""), code!],
      ]),
    )
  expect(seen(crowd("src/services/sqs/ops", ""))).toEqual([])
  expect(seen(crowd("src/engines", "")).filter((finding) => !finding.startsWith("name"))).toEqual([
    "folder-size src/engines/:",
  ])
})

test.each(["src/kernel/key-utils.ts", "src/helpers/key.ts", "src/kernel/KeyCodec.ts"])(
  "a poor name: %s",
  (path) => {
    expect(seen({ [path]: `export {}\n` })).toContain(`name ${path}:`)
  },
)

test("an operation without a test is named", () => {
  expect(seen({ "src/services/sqs/ops/SendMessage.test.ts": undefined })).toEqual([
    "operation-test src/services/sqs/ops/SendMessage.ts:",
  ])
})

test.each([
  ["docs/a.md", "see /ho" + "me/ann/cloud"],
  ["docs/a.md", "in /wo" + "rk/main"],
  ["README.md", "<<<<" + "<<< HEAD"],
  ["package-lock.json", `      "resolved": "http` + `s://example.test/a.tgz",`],
])("text that must not be published: %s %s", (path, line) => {
  expect(seen({ [path]: `${line}\n` })).toEqual([`text ${path}:1`])
})

test("a promise names its issue", () => {
  expect(seen({ "src/kernel/queue.ts": `// TO` + `DO: faster\n` })).toEqual([
    "todo src/kernel/queue.ts:3",
  ])
  expect(seen({ "src/kernel/queue.ts": `// TO` + `DO (#12): faster\n` })).toEqual([])
})
