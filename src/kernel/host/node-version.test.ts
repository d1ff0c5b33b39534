import { expect, test } from "vitest"
import manifest from "../../../package.json" with { type: "json" }
import { nodeProblem } from "./node-version.ts"

test.each(["22.12.0", "22.13.1", "23.0.0", "26.10.0", "100.0.0"])("Node %s will do", (version) => {
  expect(nodeProblem(version)).toBeUndefined()
})

test.each(["22.11.9", "22.2.0", "20.20.2", "18.0.0", "0.12.18", ""])(
  "Node %s is too old",
  (version) => {
    expect(nodeProblem(version)).toContain(`needs Node 22.12 or newer`)
  },
)

test("what is asked for is what package.json says", () => {
  const lowest = manifest.engines.node.replace(">=", "")
  expect(nodeProblem(`${lowest}.0`)).toBeUndefined()
  expect(nodeProblem("0")).toContain(`Node ${lowest} or newer`)
})
