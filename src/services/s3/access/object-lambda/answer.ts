import { handover } from "../../../../kernel/store/handover.ts"
import type { ByteStream } from "../../../../kernel/wire.ts"
import { unlessDropped } from "../../../../protocols/events/dropped.ts"
import type { Out } from "../../define.ts"
import { objectLambdaArn, type ObjectLambdaPoint } from "./point.ts"

/** "S3 Object Lambda allows up to 60 seconds to stream a complete response to its caller." */
export const LIMIT_MS = 60_000

/** What WriteGetObjectResponse brings to the GET that waits. */
export type WrittenAnswer =
  | { readonly kind: "object"; readonly status: number; readonly output: Out<"GetObject"> }
  | { readonly kind: "error"; readonly error: unknown }

export const writtenAnswers = handover<WrittenAnswer>("s3/object-lambda-answer")

/** What is known of a body once its last byte was taken: how many there were. */
export const passedOn = handover<{ readonly bytes: number }>("s3/object-lambda-passed")

/** The `outputToken`: which access point's request it is, and a name that nobody guesses. */
export interface OutputToken {
  readonly point: Pick<ObjectLambdaPoint, "partition" | "account" | "region" | "name">
  readonly id: string
}

export const tokenText = ({ point, id }: OutputToken): string =>
  Buffer.from([point.partition, point.region, point.account, point.name, id].join(" ")).toString(
    "base64url",
  )

export function readToken(text: string): OutputToken | undefined {
  const parts = Buffer.from(text, "base64url").toString("latin1").split(" ")
  const [partition, region, account, name, id] = parts
  if (!partition || !region || !account || !name || !id || parts.length !== 5) return undefined
  return { point: { partition, region, account, name }, id }
}

/** By this those who wait and those who bring meet: of another access point's they hear nothing. */
export const meetingOf = ({ point, id }: OutputToken): string => `${objectLambdaArn(point)} ${id}`

/** `io-use1-001`: the form is AWS's example's; what it says of a Region is not documented. */
export function outputRoute(region: string): string {
  const [area = "", ...rest] = region.split("-")
  const number = rest.pop() ?? "1"
  const side = rest
    .join("")
    .replace(/(north|south|east|west|central|gov)/g, (word) => word[0] as string)
  return `io-${area}${side}${number}-001`
}

/**
 * The bytes of one request as another answers them: told when they are through or nobody wants them,
 * and cut off when it has taken too long.
 */
export class Relay implements ByteStream {
  readonly #source: ByteStream
  readonly #ended: (bytes: number) => void
  readonly #cut = Promise.withResolvers<never>()

  constructor(source: ByteStream, ended: (bytes: number) => void) {
    this.#source = source
    this.#ended = ended
    this.#cut.promise.catch(() => {})
  }

  /** Whoever takes the bytes gets no more, and knows that some are missing. */
  cut(why: Error): void {
    this.#cut.reject(why)
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    const pieces = this.#source[Symbol.asyncIterator]()
    return unlessDropped(this.#through(pieces), () => this.#end(pieces, 0))
  }

  async *#through(pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
    let bytes = 0
    try {
      for (;;) {
        const next = await Promise.race([pieces.next(), this.#cut.promise])
        if (next.done) return
        bytes += next.value.length
        yield next.value
      }
    } finally {
      this.#end(pieces, bytes)
    }
  }

  #end(pieces: AsyncIterator<Uint8Array>, bytes: number): void {
    this.#ended(bytes)
    void Promise.resolve(pieces.return?.()).catch(() => {})
  }
}
