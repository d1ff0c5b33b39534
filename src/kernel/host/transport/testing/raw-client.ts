import { connect, type Socket } from "node:net"

/** One answer as it stood on the wire. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

/** A client that writes what it is told, byte by byte, and reads answers. */
export class RawClient {
  readonly socket: Socket
  closed = false
  #received = Buffer.alloc(0)
  #changed: () => void = () => {}

  constructor(socket: Socket) {
    this.socket = socket
    socket.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#changed()
    })
    socket.on("error", () => {})
    socket.on("end", () => this.#end())
    socket.on("close", () => this.#end())
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true })
    await new Promise((resolve, reject) => {
      socket.once("connect", resolve)
      socket.once("error", reject)
    })
    return new RawClient(socket)
  }

  /** Writes the parts one after another, each most likely in a packet of its own. */
  async send(...parts: readonly (string | Uint8Array)[]): Promise<void> {
    for (const part of parts) {
      if (this.socket.destroyed) return
      this.socket.write(typeof part === "string" ? Buffer.from(part, "latin1") : part)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  get received(): string {
    return this.#received.toString("latin1")
  }

  /** The next answer, or undefined when the connection ends first. `bodiless` as after HEAD. */
  async answer(bodiless = false): Promise<RawAnswer | undefined> {
    for (;;) {
      const found = readAnswer(this.#received, { bodiless, closed: this.closed })
      if (found !== undefined) {
        this.#received = this.#received.subarray(found.bytes)
        return found.answer
      }
      if (this.closed) return undefined
      await this.#change()
    }
  }

  /** Resolves when the server has closed its side. */
  async end(): Promise<void> {
    while (!this.closed) await this.#change()
  }

  close(): void {
    this.socket.destroy()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve
    })
  }

  #end(): void {
    this.closed = true
    this.#changed()
  }
}

function readAnswer(
  bytes: Buffer,
  { bodiless, closed }: { bodiless: boolean; closed: boolean },
): { answer: RawAnswer; bytes: number } | undefined {
  const end = bytes.indexOf("\r\n\r\n")
  if (end < 0) return undefined
  const [first = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n")
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1])
  if (Number.isNaN(status)) throw new Error(`No status line: ${first}`)
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(":")
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  const start = end + 4
  const answer = (body: string, to: number): { answer: RawAnswer; bytes: number } => ({
    answer: { status, headers, body },
    bytes: to,
  })
  if (bodiless || status === 100 || status === 204 || status === 304) return answer("", start)
  if (headers["transfer-encoding"] === "chunked") return readChunks(bytes, start, answer)
  if (headers["content-length"] === undefined) {
    return closed ? answer(bytes.toString("latin1", start), bytes.length) : undefined
  }
  const to = start + Number(headers["content-length"])
  return bytes.length < to ? undefined : answer(bytes.toString("latin1", start, to), to)
}

function readChunks<T>(
  bytes: Buffer,
  start: number,
  answer: (body: string, to: number) => T,
): T | undefined {
  let body = ""
  for (let at = start; ;) {
    const line = bytes.indexOf("\r\n", at)
    if (line < 0) return undefined
    const size = Number.parseInt(bytes.toString("latin1", at, line), 16)
    const from = line + 2
    if (bytes.length < from + size + 2) return undefined
    if (size === 0) return answer(body, from + 2)
    body += bytes.toString("latin1", from, from + size)
    at = from + size + 2
  }
}
