import { prefixOf, tagsOf, type Analysis, type AnalysisDay } from "./analysis.ts"
import { AGE_GROUPS, NOTHING, sumOfAll, type Cell } from "./cell.ts"
import { ALL, Heat } from "./heat.ts"

const DAY_MS = 86_400_000
const MB = 1024 * 1024

/** "Amazon S3 storage class analysis export file layout". */
const COLUMNS = [
  ...["Date", "ConfigId", "Filter", "StorageClass", "ObjectAge", "ObjectCount"],
  ...["DataUploaded_MB", "Storage_MB", "DataRetrieved_MB", "GetRequestCount"],
  ...["CumulativeAccessRatio", "ObjectAgeForSIATransition"],
  "RecommendedObjectAgeForSIATransition",
]

const STANDARD = "STANDARD"

/** The file, of the days so far in their order: by age group, in that by date; ALL at the end. */
export function reportText(analysis: Analysis, days: readonly AnalysisDay[]): string {
  const lines: (readonly (string | number | undefined)[])[] = [COLUMNS]
  const filter = filterText(analysis)
  const classes = [STANDARD, ...days.flatMap(({ cells }) => Object.keys(cells))]
  const heats = [...new Set(classes)].sort().map((name) => ({ name, heat: new Heat(days, name) }))
  for (const group of [...AGE_GROUPS.keys(), ALL])
    for (const [at, { dayMs, cells }] of days.entries())
      for (const { name, heat } of heats) {
        // A class that was not there has no line, but for STANDARD.
        if (name !== STANDARD && !cells[name]) continue
        const cell = group === ALL ? sumOfAll(cells, name) : (cells[name]?.[group] ?? NOTHING)
        const isTold = group === ALL && name === STANDARD
        lines.push([
          ...[dateText(dayMs + DAY_MS), analysis.id, filter, name],
          ...[AGE_GROUPS[group]?.[1] ?? "ALL", ...valuesOf(cell)],
          rounded(heat.ratio(at, group)),
          ...(isTold ? [heat.observedAge(at), heat.recommendedAge(at)] : [undefined, undefined]),
        ])
      }
  return lines.map((line) => `${line.map(field).join(",")}\n`).join("")
}

const valuesOf = ({ objects, uploaded, stored, retrieved, gets }: Cell) => [
  ...[objects, megabytes(uploaded), megabytes(stored), megabytes(retrieved), gets],
]

const rounded = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.round(value * 1e6) / 1e6

const megabytes = (bytes: number): number | undefined => rounded(bytes / MB)

/** "Date when the record was processed. Format is MM-DD-YYYY." */
const dateText = (ms: number): string =>
  new Date(ms).toISOString().replace(/^(\d+)-(\d+)-(\d+).*/, "$2-$3-$1")

/** "Full filter values as configured"; in which form is not verified. */
const filterText = (analysis: Analysis): string =>
  [prefixOf(analysis), ...tagsOf(analysis).map(({ Key, Value }) => `${Key}=${Value}`)]
    .filter((part) => part !== "")
    .join(" ")

function field(value: string | number | undefined): string {
  const text = value === undefined ? "" : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
