import type { ByteStream, WireRequest } from "../../kernel/wire.ts"
import { AwsError } from "../../protocols/aws-error.ts"
import { WholeBody } from "../../protocols/body-text.ts"

export interface FormBody {
  readonly fields: Map<string, string>
  readonly names: string[]
  readonly file: {
    readonly name: string | undefined
    readonly bytes: number
    readonly body: ByteStream
  }
}

/** "POST Object": the fields before the file, without it. */
const MOST_HEAD_BYTES = 20 * 1024
/** A part has few headers. */
const MOST_PART_HEADER_BYTES = 4 * 1024
const HEADER_END = "\r\n\r\n"

/**
 * Takes a `multipart/form-data` body apart up to its file. What comes behind the file is not read
 * from small bodies; of large ones the file must be the last part.
 */
export async function readForm(request: WireRequest): Promise<FormBody> {
  const boundary = /boundary="?([^";]+)"?/i.exec(request.headers["content-type"] ?? "")?.[1]
  if (boundary === undefined) throw malformed("The body of your POST request has no boundary.")
  const source = new Source(request)
  const delimiter = `--${boundary}`
  const fields = new Map<string, string>()
  const names: string[] = []
  // Nothing of the preamble is looked at.
  await source.through(delimiter)
  for (;;) {
    if ((await source.take(2)).toString("latin1") === "--") throw noFile()
    const header = await source.until(HEADER_END, MOST_PART_HEADER_BYTES)
    const { name, fileName } = disposition(header.toString())
    if (name.toLowerCase() === "file")
      return { fields, names, file: { name: fileName, ...source.rest(`\r\n${delimiter}`) } }
    const value = await source.until(`\r\n${delimiter}`, MOST_HEAD_BYTES)
    names.push(name)
    fields.set(name.toLowerCase(), value.toString())
  }
}

/** The bytes of a request, taken from the front. */
class Source {
  #held: Buffer
  #taken = 0
  readonly #total: number
  readonly #chunks: AsyncIterator<Uint8Array> | undefined

  constructor({ body, stream, headers }: WireRequest) {
    this.#held = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    this.#total = stream ? Number(headers["content-length"]) : body.byteLength
    this.#chunks = stream?.[Symbol.asyncIterator]()
  }

  async through(mark: string): Promise<void> {
    await this.until(mark, MOST_HEAD_BYTES)
  }

  async take(bytes: number): Promise<Buffer> {
    while (this.#held.length < bytes) if (!(await this.#more())) throw ended()
    return this.#cut(bytes)
  }

  /** What stands before the mark; the mark is taken too. */
  async until(mark: string, most: number): Promise<Buffer> {
    for (;;) {
      const at = this.#held.indexOf(mark, 0, "latin1")
      if (at > most || (at < 0 && this.#held.length > most + mark.length)) throw tooLong()
      if (at >= 0) {
        const text = Buffer.from(this.#cut(at))
        this.#cut(mark.length)
        return text
      }
      if (this.#taken + this.#held.length > MOST_HEAD_BYTES * 2) throw tooLong()
      if (!(await this.#more())) throw ended()
    }
  }

  /** The file up to its mark. */
  rest(mark: string): { readonly bytes: number; readonly body: ByteStream } {
    if (!this.#chunks) {
      const at = this.#held.indexOf(mark, 0, "latin1")
      if (at < 0) throw ended()
      const bytes = this.#held.subarray(0, at)
      return { bytes: at, body: new WholeBody(bytes) }
    }
    // Behind the last part stand two hyphens and the end of the line.
    const bytes = this.#total - this.#taken - mark.length - "--\r\n".length
    if (!(bytes >= 0)) throw ended()
    return { bytes, body: this.#upTo(mark) }
  }

  async *#upTo(mark: string): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.#held.indexOf(mark, 0, "latin1")
      if (at >= 0) {
        if (at > 0) yield this.#cut(at)
        // The connection is for the next request: what is left is read.
        while (await this.#more()) this.#cut(this.#held.length)
        return
      }
      const safe = this.#held.length - mark.length
      if (safe > 0) yield this.#cut(safe)
      if (!(await this.#more())) throw ended()
    }
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks?.next()
    if (!next || next.done) return false
    this.#held =
      this.#held.length === 0 ? Buffer.from(next.value) : Buffer.concat([this.#held, next.value])
    return true
  }

  #cut(bytes: number): Buffer {
    const cut = this.#held.subarray(0, bytes)
    this.#held = this.#held.subarray(bytes)
    this.#taken += bytes
    return cut
  }
}

function disposition(header: string): { name: string; fileName: string | undefined } {
  const line = /^content-disposition:\s*form-data;(.*)$/im.exec(header)?.[1] ?? ""
  const name = /(?:^|;)\s*name="([^"]*)"/i.exec(line)?.[1]
  if (name === undefined) throw malformed("A part of your POST request has no name.")
  const fileName = /(?:^|;)\s*filename="([^"]*)"/i.exec(line)?.[1]
  return { name, fileName }
}

const malformed = (message: string): AwsError =>
  new AwsError("MalformedPOSTRequest", message, { status: 400 })

/** Documented ("Error responses"). */
const tooLong = (): AwsError =>
  new AwsError(
    "MaxPostPreDataLengthExceededError",
    "Your POST request fields preceeding the upload file was too large.",
    { status: 400 },
  )

/** Documented. */
const ended = (): AwsError =>
  new AwsError(
    "MalformedPOSTRequest",
    "The body of your POST request is not well-formed multipart/form-data.",
    { status: 400 },
  )

/** Documented by its code; the text is as users of AWS quote it. */
const noFile = (): AwsError =>
  new AwsError("InvalidArgument", "POST requires exactly one file upload per request.", {
    status: 400,
    members: { ArgumentName: "file", ArgumentValue: "0" },
  })
