import { existsSync, readFileSync } from "node:fs"

/** The version in package.json, which lies above the bundle and above the source tree. */
export function version(): string {
  for (const path of ["../package.json", "../../package.json"]) {
    const file = new URL(path, import.meta.url)
    if (!existsSync(file)) continue
    const { name, version: found } = JSON.parse(readFileSync(file, "utf8")) as Record<
      string,
      string
    >
    if (name === "cloudarium" && found) return found
  }
  return "0.0.0"
}
