import { spawnSync } from "node:child_process"
import { expect, test } from "vitest"
import { devTool } from "./dev-tool.ts"

test.each(["tsc", "oxlint", "oxfmt", "node"] as const)("%s starts without a path", (name) => {
  const [file, ...args] = devTool(name)
  const { status, stdout } = spawnSync(file, [...args, "--version"], {
    env: { ...process.env, PATH: "" },
    encoding: "utf8",
  })
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/\d+\.\d+/) })
})
