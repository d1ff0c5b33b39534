/** One block of a PEM text. */
export interface PemBlock {
  /** `CERTIFICATE`, `CERTIFICATE REQUEST` … */
  readonly label: string
  readonly der: Uint8Array
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g

/** Blocks of a chain, at most: longer ones are refused by all that reads them. */
const BLOCKS_MOST = 100

/** RFC 7468, with lines of 64 characters and a newline at the end. */
export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`
}

/** The blocks of a text; undefined when something else than blank space stands beside them. */
export function pemBlocks(text: string): readonly PemBlock[] | undefined {
  const blocks: PemBlock[] = []
  let end = 0
  for (const match of text.matchAll(BLOCK)) {
    const [whole, label = "", body = ""] = match
    if (blocks.length === BLOCKS_MOST || text.slice(end, match.index).trim() !== "")
      return undefined
    blocks.push({ label, der: Buffer.from(body, "base64") })
    end = match.index + whole.length
  }
  return text.slice(end).trim() === "" ? blocks : undefined
}
