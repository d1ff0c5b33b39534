import { invalid } from "./errors.ts"

/** The `limit` of a list: 1 to `most`, which it is when none is given. */
export function pageSize(limit: string | undefined, most: number): number {
  if (limit === undefined) return most
  const size = /^\d{1,9}$/.test(limit) ? Number(limit) : 0
  if (size < 1 || size > most) throw invalid(`Invalid limit: ${limit}`)
  return size
}
