import { connect, type Socket } from "node:net"

export interface Answer {
  readonly status: number
  readonly body: string
}

/** One client that asks one thing at a time; it connects again when the server has hung up. */
export class Connection {
  readonly #port: number
  #socket: Socket | undefined
  #buffer: Buffer = Buffer.alloc(0)
  /** What came after the buffer, and how much of the answer has not. */
  #more: Buffer[] = []
  #missing = 0
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined

  constructor(port: number) {
    this.#port = port
  }

  ask(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket ??= this.#connect()
      this.#socket.write(request)
    })
  }

  #connect(): Socket {
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true })
    const fail = (error?: Error): void => {
      if (this.#socket === socket) this.#socket = undefined
      this.#waiting?.reject(error ?? new Error("the connection ended"))
    }
    socket.on("data", (chunk: Buffer) => this.#read(chunk))
    socket.on("error", fail)
    socket.on("close", () => fail())
    return socket
  }

  close(): void {
    this.#waiting = undefined
    this.#socket?.destroy()
  }

  #read(chunk: Buffer): void {
    this.#more.push(chunk)
    this.#missing -= chunk.length
    if (this.#missing > 0) return
    this.#buffer = Buffer.concat([this.#buffer, ...this.#more])
    this.#more = []
    const end = this.#buffer.indexOf("\r\n\r\n")
    if (end < 0) return
    const head = this.#buffer.toString("latin1", 0, end)
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
    this.#missing = end + 4 + length - this.#buffer.length
    if (this.#missing > 0) return
    const body = this.#buffer.toString("utf8", end + 4, end + 4 + length)
    this.#buffer = this.#buffer.subarray(end + 4 + length)
    this.#missing = 0
    if (/^HTTP\/1\.0|connection: close/i.test(head)) {
      this.#socket?.removeAllListeners("close").destroy()
      this.#socket = undefined
    }
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve({ status: Number(head.slice(9, 12)), body })
  }
}

/** Asks once over a connection of its own; throws unless the answer is 200. */
export async function askOnce(port: number, request: Buffer): Promise<string> {
  const connection = new Connection(port)
  try {
    const { status, body } = await connection.ask(request)
    if (status !== 200) throw new Error(`${status}: ${body}`)
    return body
  } finally {
    connection.close()
  }
}
