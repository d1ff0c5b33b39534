import { invalidArgument } from "../errors.ts"

/** What `x-amz-copy-source` names. */
export interface CopySource {
  readonly bucket: string
  readonly key: string
  readonly versionId: string | undefined
}

/**
 * Reads `bucket/key?versionId=…`, URL-encoded, with or without a slash in front. Throws
 * InvalidArgument.
 */
export function parseCopySource(header: string): CopySource {
  const question = header.indexOf("?")
  const path = decoded(question < 0 ? header : header.slice(0, question)).replace(/^\/+/, "")
  const slash = path.indexOf("/")
  // Recorded, with this value of the argument.
  if (slash <= 0 || slash === path.length - 1)
    throw invalidArgument(
      "Invalid copy source object key",
      "x-amz-copy-source",
      "x-amz-copy-source",
    )
  const query = question < 0 ? "" : header.slice(question + 1)
  const versionId = new URLSearchParams(query).get("versionId") ?? undefined
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1), versionId }
}

/** Recorded: a plus is a space. */
function decoded(text: string): string {
  const spaced = text.replaceAll("+", " ")
  try {
    return decodeURIComponent(spaced)
  } catch {
    // Not verified: what AWS makes of a lone percent sign.
    return spaced
  }
}
