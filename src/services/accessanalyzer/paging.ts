import { invalidToken } from "./errors.ts"
import { PAGE_ITEMS } from "./limits.ts"

export interface PageRequest {
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

const PREFIX = "aa1:"

/** A page of what is there, and the token of the next: how many items came before it. */
export function pageOf<Item>(
  all: readonly Item[],
  { nextToken, maxResults = PAGE_ITEMS }: PageRequest,
): { readonly items: readonly Item[]; readonly more: { readonly nextToken?: string } } {
  const start = nextToken === undefined ? 0 : startOf(nextToken)
  const end = start + Math.max(1, maxResults)
  const items = all.slice(start, end)
  if (end >= all.length) return { items, more: {} }
  return { items, more: { nextToken: Buffer.from(`${PREFIX}${end}`).toString("base64url") } }
}

function startOf(token: string): number {
  const digits = /^aa1:(\d{1,9})$/.exec(Buffer.from(token, "base64url").toString())?.[1]
  if (digits === undefined) throw invalidToken()
  return Number(digits)
}
