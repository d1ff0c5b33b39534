import type { Secret } from "./secret.ts"

interface Filter {
  readonly Key?: string | undefined
  readonly Values?: readonly string[] | undefined
}

/** All filters must match; of a filter's values one ("API: Filter", and recorded). */
export const matches = (secret: Secret, filters: readonly Filter[]): boolean =>
  filters.every(({ Key: key = "all", Values: values = [] }) =>
    values.some((value) =>
      value.startsWith("!") ? !meets(secret, key, value.slice(1)) : meets(secret, key, value),
    ),
  )

/** Prefixes, with respect to case except in descriptions and in `all` ("API: Filter"). */
function meets(secret: Secret, key: string, value: string): boolean {
  const tags = Object.entries(secret.tags ?? {})
  switch (key) {
    case "name":
      return secret.name.startsWith(value)
    case "description":
      return wordsBegin(wordsOf(secret.description), value)
    case "tag-key":
      return tags.some(([name]) => name.startsWith(value))
    case "tag-value":
      return tags.some(([, text]) => text.startsWith(value))
    case "primary-region":
      return secret.primaryRegion?.startsWith(value) ?? false
    case "owning-service":
      // No service makes secrets of its own here.
      return false
    default:
      return wordsBegin(wordsOf([secret.name, secret.description, ...tags.flat()].join(" ")), value)
  }
}

/** Recorded: each word of the value begins some word of the text. */
function wordsBegin(words: readonly string[], value: string): boolean {
  const wanted = value.toLowerCase().split(/\s+/).filter(Boolean)
  return wanted.every((one) => words.some((word) => word.startsWith(one)))
}

/** A text's words, and their parts between other characters. */
function wordsOf(text = ""): readonly string[] {
  const words = text.split(/\s+/).filter(Boolean)
  const parts = words.flatMap((word) => [word, ...word.split(/[^A-Za-z0-9]+/), ...humps(word)])
  return parts.map((word) => word.toLowerCase())
}

/** Seen of `all`: `SecretOne` is found by `One`. */
const humps = (word: string): readonly string[] =>
  word.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []
