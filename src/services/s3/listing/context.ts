import type { ListInput } from "./input.ts"

/** The condition keys of a list: `s3:prefix`, `s3:delimiter`, `s3:max-keys`. */
export const listContext = ({ Prefix, Delimiter, MaxKeys }: ListInput): Record<string, string> => ({
  ...(Prefix !== undefined && { "s3:prefix": Prefix }),
  ...(Delimiter !== undefined && { "s3:delimiter": Delimiter }),
  ...(MaxKeys !== undefined && { "s3:max-keys": String(MaxKeys) }),
})
