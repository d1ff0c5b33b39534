import { build } from "esbuild"
import { expect, test } from "vitest"
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
  const { metafile } = await build({
    entryPoints: [new URL("codecs.ts", import.meta.url).pathname],
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    outdir: "out",
    write: false,
    metafile: true,
    logLevel: "silent",
  })
  const chunks = Object.entries(metafile.outputs)
  const [entry] = chunks.filter(([, { entryPoint }]) => entryPoint?.endsWith("codecs.ts"))
  const loaded = new Set<string>()
  const waiting = [entry![0]]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const { inputs, imports } = metafile.outputs[name]!
    for (const input of Object.keys(inputs)) loaded.add(input.replace(/^.*protocols\//, ""))
    for (const one of imports) {
      if (one.kind === "import-statement" && !one.external) waiting.push(one.path)
    }
  }
  expect([...loaded]).toContain("json.ts")
  expect([...loaded].filter((file) => /xml|cbor|form|http|ec2|^query|rest/.test(file))).toEqual([])
})
