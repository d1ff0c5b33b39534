import { isTest } from "./tidy/project.ts"

export interface ServiceCoverage {
  readonly id: string
  /** AWS's name of the service. */
  readonly title: string
  /** The operations that AWS's model has. */
  readonly modelled: readonly string[]
  readonly implemented: readonly string[]
}

export const BEHAVIOURS_HEADING = "## Behaviours"

/** `test("SQS-7 …")`, `test.each(…)` and `describe` alike: the title is what follows the bracket. */
const TITLE = /\b(?:test|it|describe)(?:\.\w+)*(?:\([^"'`]*\))?\(\s*(["'`])((?:\\.|(?!\1).)*)\1/gs
const BEHAVIOUR = /\b([A-Z][A-Z0-9]*)-(\d+)\b/g

/** Names of standards that look like ids of behaviours: UTF-8, SHA-256. */
const STANDARDS = new Set(["AES", "CRC", "CVE", "ISO", "RFC", "RSA", "SHA", "UTF"])

/** The numbers of the behaviours that tests name in their titles, by prefix, ascending. */
export function behavioursShown(files: ReadonlyMap<string, string>): Map<string, number[]> {
  const shown = new Map<string, Set<number>>()
  for (const [path, text] of files) {
    if (!isTest(path) || !/^(src|test)\//.test(path)) continue
    for (const [, , title] of text.matchAll(TITLE)) {
      for (const [, prefix, number] of title!.matchAll(BEHAVIOUR)) {
        if (!STANDARDS.has(prefix!))
          shown.set(prefix!, (shown.get(prefix!) ?? new Set()).add(Number(number)))
      }
    }
  }
  return new Map(
    [...shown]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([prefix, numbers]) => [prefix, [...numbers].sort((a, b) => a - b)]),
  )
}

/** `[1, 2, 3, 7]` as `1–3, 7`. */
export function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = []
  for (const number of numbers) {
    const last = runs.at(-1)
    if (last && number === last[1] + 1) last[1] = number
    else runs.push([number, number])
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ")
}

/** The table in the README: a row for each service. */
export function readmeTable(services: readonly ServiceCoverage[]): string {
  const rows = services.map(({ title, modelled, implemented }) => {
    return `| ${title} | ${implemented.length} of ${modelled.length} |`
  })
  return `| Service | Operations |\n| --- | --- |\n${rows.join("\n")}\n`
}

export function coverageDocument(
  services: readonly ServiceCoverage[],
  shown: ReadonlyMap<string, readonly number[]>,
): string {
  const sections = services.map(({ id, title, modelled, implemented }) => {
    const missing = modelled.filter((name) => !implemented.includes(name))
    const lines = [`### ${title} (\`${id}\`)`, "", list("Works", implemented)]
    if (missing.length > 0) lines.push("", list("Answers 501 NotImplemented", missing))
    return lines.join("\n")
  })
  const behaviours = [...shown].map(([prefix, numbers]) => `| ${prefix} | ${ranges(numbers)} |`)
  return `${[
    "# What works",
    "Written by `npm run coverage` from the code, AWS's models and the tests; do not edit.",
    "Operations that are not listed as working, and all other services, answer `501 NotImplemented` with the operation's name, in the protocol of the request.",
    "## Operations",
    ...sections,
    BEHAVIOURS_HEADING,
    "Numbered statements about how AWS behaves, each shown by a test that has the id in its title (`grep -rn SQS-7 src test`).",
    `| Area | Shown |\n| --- | --- |\n${behaviours.join("\n")}`,
  ].join("\n\n")}\n`
}

function list(heading: string, names: readonly string[]): string {
  const sorted = [...names].sort()
  return `${heading} (${names.length}): ${sorted.map((name) => `\`${name}\``).join(", ") || "none"}`
}
