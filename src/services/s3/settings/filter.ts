import { malformedXml } from "../errors.ts"

/** The filter of a configuration by id: one thing, or several under `And`. */
interface Filter {
  readonly And?: object | undefined
  readonly [member: string]: unknown
}

/** Throws MalformedXML for a filter that says several things without `And`, or too few in it. */
export function assertFilter(filter: object | undefined): void {
  if (filter === undefined) return
  const { And: and, ...alone } = filter as Filter
  const said = Object.values(alone).filter((one) => one !== undefined).length
  if (said + (and === undefined ? 0 : 1) > 1) throw malformedXml()
  if (and === undefined) return
  const count = Object.values(and).reduce<number>(
    (sum, one) => sum + (Array.isArray(one) ? one.length : one === undefined ? 0 : 1),
    0,
  )
  if (count < 2) throw malformedXml()
}
