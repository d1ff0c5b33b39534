import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { bundle } from "../../scripts/bundle.ts"
import type { ProtocolName } from "../models/schema.ts"
import { createCodecs } from "./codecs.ts"

const PROTOCOLS: readonly ProtocolName[] = [
  ...(["json", "query", "ec2", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"] as const),
]

test.each(PROTOCOLS)("%s has its codec, and keeps it", async (protocol) => {
  const codecs = createCodecs()
  const codec = await codecs(protocol)
  expect(codec.name).toBe(protocol)
  expect(codecs(protocol)).toBe(codec)
})

test("AWS JSON is there at once", () => {
  expect(createCodecs()("json")).not.toBeInstanceOf(Promise)
})

test("AWS JSON loads no code of the other protocols", async () => {
  const { output } = await bundle({ codecs: fileURLToPath(new URL("codecs.ts", import.meta.url)) })
  const chunks = new Map(
    output.flatMap((one) => (one.type === "chunk" ? [[one.fileName, one]] : [])),
  )
  const loaded = new Set<string>()
  const waiting = ["codecs.js"]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const { moduleIds = [], imports = [] } = chunks.get(name) ?? {}
    for (const id of moduleIds) loaded.add(id.replace(/^.*protocols\//, ""))
    waiting.push(...imports)
  }
  expect([...loaded]).toContain("json.ts")
  expect([...loaded].filter((file) => /xml|cbor|form|http|ec2|^query|rest/.test(file))).toEqual([])
})
