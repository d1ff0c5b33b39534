import { expect, test } from "vitest"
import { packedActions } from "../src/iam/actions/data/actions.ts"
import { bundle } from "./bundle.ts"

test("bytes that a module gives by a function lie beside the code, not in it", async () => {
  const { output } = await bundle({ actions: "src/iam/actions/actions.ts" })
  const file = output.find(({ fileName }) => fileName === "packedActions.br")
  expect(file?.type === "asset" && Buffer.from(file.source)).toEqual(packedActions())
  const code = output.map((one) => (one.type === "chunk" ? one.code : "")).join("")
  expect(code).toContain('new URL("./packedActions.br", import.meta.url)')
  expect(code).not.toContain(Buffer.from(packedActions()).toString("base64", 0, 300))
})
