import { badToken, expiredToken } from "./errors.ts"
import { TOKEN_MS } from "./limits.ts"

/** A token of `PaginationToken`: where a list goes on, and when it was given. */
export const tokenOf = (place: object, now: number): string =>
  Buffer.from(JSON.stringify({ ...place, givenMs: now })).toString("base64url")

/**
 * What a token says; undefined of none, which an empty one is too. Throws InvalidParameterException
 * and PaginationTokenExpiredException.
 */
export function readToken(
  token: string | undefined,
  now: number,
): Readonly<Record<string, unknown>> | undefined {
  if (token === undefined || token === "") return undefined
  const place = parse(token)
  const givenMs = place?.["givenMs"]
  if (!place || typeof givenMs !== "number") throw badToken()
  if (now - givenMs > TOKEN_MS) throw expiredToken()
  return place
}

function parse(token: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString())
    return typeof value === "object" && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
