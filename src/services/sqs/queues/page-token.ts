import { invalidParameter, invalidParameterValue } from "../errors.ts"
import { LIST_RESULTS } from "../limits.ts"

/** What a list operation was asked for. */
export interface PageRequest {
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
}

const PREFIX = "sqs1:"

/** How many results a page has; throws for a MaxResults that AWS refuses (not verified). */
export function pageSize({ MaxResults }: PageRequest): number {
  if (MaxResults === undefined) return LIST_RESULTS
  if (MaxResults >= 1 && MaxResults <= LIST_RESULTS) return MaxResults
  throw invalidParameter(
    "MaxResults",
    `MaxResults must be an integer between 1 and ${LIST_RESULTS}.`,
  )
}

/** The token after which a list goes on. AWS gives one only to who has set MaxResults (documented). */
export const tokenAfter = ({ MaxResults }: PageRequest, name: string): string | undefined =>
  MaxResults === undefined ? undefined : Buffer.from(PREFIX + name).toString("base64")

/** The name that a token stands behind; throws for what is no token of ours. */
export function nameBefore({ NextToken }: PageRequest): string | undefined {
  if (NextToken === undefined) return undefined
  const text = Buffer.from(NextToken, "base64").toString()
  if (!text.startsWith(PREFIX)) throw invalidToken()
  return text.slice(PREFIX.length)
}

export const invalidToken = (): Error => invalidParameterValue("Invalid or expired next token.")
