import { fileURLToPath } from "node:url"

/** Tools that are programs of Node, by the packages that have them. */
const PACKAGES = Object.freeze({ tsc: "typescript", oxlint: "oxlint", oxfmt: "oxfmt" })

/**
 * What starts a tool, or the Node that runs: a file, and the arguments before its own. Not the name
 * that npm puts into the path: on Windows that is a `.cmd`, which nothing but a shell can start.
 */
export function devTool(name: keyof typeof PACKAGES | "node"): readonly [string, ...string[]] {
  if (name === "node") return [process.execPath]
  const home = import.meta.resolve(`${PACKAGES[name]}/package.json`)
  return [process.execPath, fileURLToPath(new URL(`bin/${name}`, home))]
}
