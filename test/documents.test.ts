import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"

const top = fileURLToPath(new URL("..", import.meta.url))
const documents = globSync(["*.md", "docs/**/*.md", "src/**/*.md"], { cwd: top })
const read = (path: string): string => readFileSync(join(top, path), "utf8")

test.each(documents)("the links of %s lead somewhere", (path) => {
  const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1]!)
  expect(links.filter((link) => !existsSync(join(top, dirname(path), link)))).toEqual([])
})

test.each(documents)("the npm scripts that %s names exist", (path) => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> }
  const named = [...read(path).matchAll(/\bnpm run ([a-z:]+)/g)].map((match) => match[1]!)
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
})

test("what package.json's scripts run is there", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> }
  const files = Object.values(scripts).flatMap((script) => script.match(/\b[\w/-]+\.ts\b/g) ?? [])
  expect(files.length).toBeGreaterThan(5)
  expect(files.filter((file) => !existsSync(join(top, file)))).toEqual([])
})

test("ARCHITECTURE.md names the folders of src, all of them", () => {
  const text = read("ARCHITECTURE.md")
  const named = new Set([...text.matchAll(/^ {2}(\w+)\/\S* {2,}/gm)].map((match) => match[1]!))
  const real = globSync("src/*/**/*.ts", { cwd: top }).map((path) => path.split("/")[1]!)
  expect(real.length).toBeGreaterThan(0)
  expect(real.filter((folder) => !named.has(folder))).toEqual([])
})

test("README.md leads to every page for users", () => {
  const linked = new Set(
    [...read("README.md").matchAll(/\]\((docs\/[^)#]+)/g)].map((match) => match[1]!),
  )
  expect(globSync("docs/*.md", { cwd: top }).filter((page) => !linked.has(page))).toEqual([])
})

test("docs/control.md names every command that turns a cloud, and every path of its control API", () => {
  const text = read("docs/control.md")
  const names = (path: string, pattern: RegExp): string[] =>
    [...read(path).matchAll(pattern)].map((match) => match[1]!)
  const commands = names("src/cli/main.ts", /^ {2}(\w+): \{$/gm).filter(
    (name) => name !== "start" && name !== "env",
  )
  expect(commands).toContain("clock")
  expect(commands.filter((name) => !text.includes(`\`${name}`))).toEqual([])
  const paths = names("src/gateway/control.ts", /^ {2}"\/_cloudarium\/([\w/]+)"/gm)
  expect(paths).toContain("health")
  expect(paths.filter((path) => !text.includes(` ${path}\``))).toEqual([])
})
