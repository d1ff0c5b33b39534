import { badPageToken } from "./errors.ts"

const PREFIX = "ssm1:"

export interface PageRequest {
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
}

/** A page of what is there; the token says how many items came before. */
export function pageOf<Item>(
  all: readonly Item[],
  { MaxResults, NextToken }: PageRequest,
  most: number,
): { readonly items: readonly Item[]; readonly more: { readonly NextToken?: string } } {
  const start = NextToken === undefined ? 0 : startOf(NextToken)
  const end = start + Math.min(MaxResults ?? most, most)
  const items = all.slice(start, end)
  if (end >= all.length) return { items, more: {} }
  return { items, more: { NextToken: Buffer.from(`${PREFIX}${end}`).toString("base64url") } }
}

function startOf(token: string): number {
  const digits = /^ssm1:(\d{1,9})$/.exec(Buffer.from(token, "base64url").toString())?.[1]
  if (digits === undefined) throw badPageToken()
  return Number(digits)
}
