export interface PageRequest {
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
}

export interface OffsetPage<Item> {
  readonly items: readonly Item[]
  /** What the answer says of the rest. */
  readonly more: { readonly NextToken?: string }
}

/** Pages of lists that are at hand whole; a token says how many items came before. */
export interface OffsetPages {
  pageOf<Item>(all: readonly Item[], request: PageRequest, most: number): OffsetPage<Item>
}

/** `prefix` tells a service's tokens from others, for which `refuse` makes the error. */
export function offsetPages(prefix: string, refuse: () => Error): OffsetPages {
  const startOf = (token: string): number => {
    const text = Buffer.from(token, "base64url").toString()
    const digits = text.startsWith(prefix) ? text.slice(prefix.length) : ""
    if (!/^\d{1,9}$/.test(digits)) throw refuse()
    return Number(digits)
  }
  return {
    pageOf(all, { MaxResults, NextToken }, most) {
      const start = NextToken === undefined ? 0 : startOf(NextToken)
      const end = start + Math.min(MaxResults ?? most, most)
      const items = all.slice(start, end)
      if (end >= all.length) return { items, more: {} }
      return { items, more: { NextToken: Buffer.from(prefix + end).toString("base64url") } }
    },
  }
}
