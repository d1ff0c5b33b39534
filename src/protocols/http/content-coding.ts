import { constants, deflateSync, gzipSync } from "node:zlib"
import type { WireResponse } from "../../kernel/wire.ts"

type Coding = "gzip" | "deflate"

/** In the order in which `*` stands for them. */
const CODINGS: readonly Coding[] = ["gzip", "deflate"]

const FAST = { level: constants.Z_BEST_SPEED }

/**
 * The response, compressed if the client takes that and its body has more bytes than `aboveBytes`.
 * Streams are left as they are.
 */
export function compressed(
  response: WireResponse,
  accepted: string | undefined,
  aboveBytes: number,
): WireResponse {
  if (accepted === undefined) return response
  const { body } = response
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return response
  if (Buffer.byteLength(body) <= aboveBytes) return response
  const coding = codingOf(accepted)
  if (coding === undefined) return response
  return {
    ...response,
    headers: { ...response.headers, "content-encoding": coding },
    body: coding === "gzip" ? gzipSync(body, FAST) : deflateSync(body, FAST),
  }
}

/**
 * The coding that `Accept-Encoding` wants most, or undefined for none: as AWS reads it (tests of others
 * against DynamoDB), which is more forgiving than HTTP. `identity` counts for nothing; of equals the
 * first one holds, and what is named before what `*` stands for.
 */
export function codingOf(accepted: string): Coding | undefined {
  const named = new Set<string>()
  let best: Coding | undefined
  let bestQuality = 0
  let rest = 0
  for (const entry of accepted.toLowerCase().split(",")) {
    const [name = "", ...parameters] = entry.split(";")
    const coding = name.trim()
    const quality = qualityOf(parameters.join(";"))
    if (coding === "*") rest = quality
    else named.add(coding)
    if (isCoding(coding) && quality > bestQuality) {
      best = coding
      bestQuality = quality
    }
  }
  return rest > bestQuality ? (CODINGS.find((coding) => !named.has(coding)) ?? best) : best
}

const isCoding = (name: string): name is Coding => CODINGS.includes(name as Coding)

/** The first `q=`, wherever it stands; 1 at most, and where it is no number. */
function qualityOf(parameters: string): number {
  const at = parameters.indexOf("q=")
  const [text = ""] = at < 0 ? [] : parameters.slice(at + 2).split(";")
  const quality = text.trim() === "" ? 1 : Number(text)
  return Number.isNaN(quality) ? 1 : Math.min(quality, 1)
}
