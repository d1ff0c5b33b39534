import { createHash } from "node:crypto"
import type { Hash } from "node:crypto"
import { AwsError } from "../aws-error.ts"
import { sha256Hex } from "./canonical.ts"
import type { SignatureMismatch } from "./failure.ts"
import { EMPTY_HASH } from "./payload.ts"
import { s3ErrorOf } from "./s3-error-wording.ts"

/** Longest line of a chunk's header or a trailer; a SigV4A header needs 180. */
const MAX_LINE_BYTES = 1_024
const MAX_TRAILER_BYTES = 8 * 1_024
/** Recorded: InvalidChunkSizeError names this number. */
const MIN_CHUNK_BYTES = 8_192
const LF = 10
const CR = 13

/** How the chunks of one body are signed. */
export interface ChunkSignature {
  /** `AWS4-HMAC-SHA256` or `AWS4-ECDSA-P256-SHA256`. */
  readonly algorithm: string
  readonly requestTime: string
  readonly scope: string
  /** The signature of the request's head, which the first chunk continues. */
  readonly seed: string
  readonly accessKeyId: string
  /** What a signature looks like on the wire, padding included. */
  readonly pattern: RegExp
  readonly verify: (text: string, signature: string) => boolean
}

export interface ChunkedSettings {
  /** x-amz-decoded-content-length. */
  readonly decodedLength: number
  /** Names in x-amz-trailer, lower case. */
  readonly trailers: readonly string[]
  /** Absent when the chunks are not signed. */
  readonly signature: ChunkSignature | undefined
  /** Whether a trailer section may follow the last chunk; it is signed when the chunks are. */
  readonly trailerSection: boolean
}

export interface ChunkDecoder {
  /** Takes the next piece of the body; hands out what it decodes to, without copying. */
  push(piece: Uint8Array, emit: (bytes: Uint8Array) => void): void
  /** Says that the body has ended; returns the trailers, by lower case name. */
  finish(): Readonly<Record<string, string>>
}

type State = "size" | "data" | "data-end" | "trailer" | "done"

/**
 * Decodes `aws-chunked` (S3 API reference, "Signature Calculations for the Authorization Header:
 * Transferring Payload in Multiple Chunks" and "… Including Trailing Headers"). It holds one line
 * at a time and no data. A chunk is handed out before its signature, which covers all of it, can
 * be checked: nothing may be made of the bytes until `finish` has returned.
 * Every failure is thrown as S3's error.
 */
export function createChunkDecoder(settings: ChunkedSettings): ChunkDecoder {
  const lines = lineReader()
  const signatures = chunkSignatures(settings.signature)
  const sizes = chunkSizes(settings.decodedLength)
  const trailers = trailerReader(settings)
  let state: State = "size"

  const onLine = (line: string): void => {
    if (state === "size") {
      const size = readSizeLine(line, settings.signature, signatures.begin)
      sizes.begin(size)
      state = size > 0 ? "data" : "trailer"
      if (size > 0) return
      signatures.end()
      if (!settings.trailerSection) trailers.expectNone()
    } else if (trailers.line(line)) {
      signatures.checkTrailer(trailers)
      state = "done"
    }
  }

  return {
    push(piece, emit) {
      let at = 0
      while (at < piece.length) {
        if (state === "data") {
          const bytes = sizes.take(piece, at)
          signatures.update(bytes)
          emit(bytes)
          at += bytes.length
          if (sizes.chunkLeft() === 0) state = "data-end"
        } else if (state === "done") {
          throw incompleteBody()
        } else {
          at = lines.read(piece, at)
          if (!lines.complete()) continue
          const line = lines.take(state === "trailer")
          if (state !== "data-end") onLine(line)
          else if (line !== "") throw incompleteBody()
          else {
            signatures.end()
            state = "size"
          }
        }
      }
    },
    finish() {
      if (state !== "done") throw incompleteBody()
      return trailers.values()
    },
  }
}

function incompleteBody(): AwsError {
  return new AwsError("IncompleteBody", "The request body terminated unexpectedly", { status: 400 })
}

function wrongLength(expected: number, provided: number): AwsError {
  return new AwsError(
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
    {
      status: 400,
      members: { NumberBytesExpected: expected, NumberBytesProvided: provided },
    },
  )
}

function malformedTrailer(): AwsError {
  return new AwsError(
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    { status: 400 },
  )
}

/** Collects one line across pieces. */
function lineReader() {
  let text = ""
  let ended = false
  return {
    /** Returns where the line ended, or the end of the piece. */
    read(piece: Uint8Array, from: number): number {
      const newline = piece.indexOf(LF, from)
      const end = newline < 0 ? piece.length : newline + 1
      if (text.length + end - from > MAX_LINE_BYTES) throw incompleteBody()
      text += Buffer.from(piece.buffer, piece.byteOffset + from, end - from).toString("latin1")
      ended = newline >= 0
      return end
    },
    complete: () => ended,
    /** The line without its CRLF; only trailers may end with a bare LF. */
    take(bareNewline: boolean): string {
      const line = text
      text = ""
      ended = false
      if (line.endsWith("\r\n")) return line.slice(0, -2)
      if (!bareNewline) throw incompleteBody()
      return line.slice(0, -1)
    },
  }
}

/** `1f4` or `1f4;chunk-signature=…`; gives the size. */
function readSizeLine(
  line: string,
  signature: ChunkSignature | undefined,
  begin: (signature: string) => void,
): number {
  const semicolon = line.indexOf(";")
  const digits = semicolon < 0 ? line : line.slice(0, semicolon)
  if (!/^[0-9a-fA-F]{1,13}$/.test(digits)) throw incompleteBody()
  if (signature === undefined) {
    if (semicolon >= 0) throw incompleteBody()
  } else {
    const prefix = ";chunk-signature="
    const value = line.slice(digits.length + prefix.length)
    if (!line.startsWith(prefix, digits.length) || !signature.pattern.test(value)) {
      throw incompleteBody()
    }
    begin(value)
  }
  return Number.parseInt(digits, 16)
}

/** Counts bytes against the chunk's size and the whole body's. */
function chunkSizes(decodedLength: number) {
  let chunkNumber = 0
  let size = 0
  let left = 0
  let received = 0
  return {
    begin(next: number): void {
      chunkNumber++
      if (next > 0 && chunkNumber > 1 && size < MIN_CHUNK_BYTES) {
        // Recorded for chunks of 3 and 2 bytes: Chunk 2, BadChunkSize 3.
        throw new AwsError(
          "InvalidChunkSizeError",
          "Only the last chunk is allowed to have a size less than 8192 bytes",
          { status: 400, members: { Chunk: chunkNumber, BadChunkSize: size } },
        )
      }
      size = next
      left = next
      if (next === 0 && received !== decodedLength) throw wrongLength(decodedLength, received)
    },
    /** The data at `at` that belongs to the chunk. */
    take(piece: Uint8Array, at: number): Uint8Array {
      const room = decodedLength - received
      if (room === 0) {
        // More was announced than the whole may have: either it comes, or the chunk ends here.
        throw piece[at] === CR ? incompleteBody() : wrongLength(decodedLength, received + left)
      }
      const bytes = piece.subarray(at, at + Math.min(left, room))
      left -= bytes.length
      received += bytes.length
      return bytes
    },
    chunkLeft: () => left,
  }
}

/** Checks the chain of signatures, each of which covers the one before. */
function chunkSignatures(settings: ChunkSignature | undefined) {
  let previous = settings?.seed ?? ""
  let current = ""
  let digest: Hash | undefined
  const check = (suffix: string, lines: string, provided: string): void => {
    if (settings === undefined) return
    const { algorithm, requestTime, scope } = settings
    const text = `${algorithm}-${suffix}\n${requestTime}\n${scope}\n${previous}\n${lines}`
    if (!settings.verify(text, provided)) throw chunkMismatch(settings, text, provided)
    previous = provided
  }
  return {
    begin(signature: string): void {
      // SigV4A pads its signatures to one length with asterisks, which are not signed.
      current = signature.replace(/\*+$/, "")
      digest = undefined
    },
    update(bytes: Uint8Array): void {
      if (settings === undefined) return
      digest ??= createHash("sha256")
      digest.update(bytes)
    },
    end(): void {
      const hashed = digest === undefined ? EMPTY_HASH : digest.digest("hex")
      check("PAYLOAD", `${EMPTY_HASH}\n${hashed}`, current)
    },
    checkTrailer(trailers: TrailerReader): void {
      const signature = trailers.signature()
      if (signature === undefined) return
      check("TRAILER", sha256Hex(trailers.canonical()), signature.replace(/\*+$/, ""))
    },
  }
}

function chunkMismatch(settings: ChunkSignature, text: string, provided: string): AwsError {
  const failure: SignatureMismatch = {
    kind: "signature-mismatch",
    accessKeyId: settings.accessKeyId,
    signatureProvided: provided,
    stringToSign: text,
  }
  return s3ErrorOf(failure)
}

interface TrailerReader {
  expectNone(): void
  /** Takes one line; true when it was the blank one that ends the body. */
  line(line: string): boolean
  values(): Readonly<Record<string, string>>
  /** `name:value\n` of each trailer, by name. */
  canonical(): string
  /** Undefined where trailers are not signed. */
  signature(): string | undefined
}

const SIGNATURE_NAME = "x-amz-trailer-signature:"

/**
 * Recorded: a trailer that was not announced, one that was announced and is missing, and one
 * without a name are malformed; a broken signature line is an incomplete body.
 */
function trailerReader({ trailers, signature, trailerSection }: ChunkedSettings): TrailerReader {
  const found = new Map<string, string>()
  let provided: string | undefined
  let bytes = 0
  let none = false
  const signed = signature !== undefined && trailerSection

  const readSignature = (line: string): void => {
    const value = line.slice(SIGNATURE_NAME.length)
    if (!line.startsWith(SIGNATURE_NAME) || !signature?.pattern.test(value)) throw incompleteBody()
    provided = value
  }
  const readTrailer = (line: string): void => {
    const colon = line.indexOf(":")
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase()
    if (!trailers.includes(name) || found.has(name)) throw malformedTrailer()
    const value = line.slice(colon + 1).trim()
    if (value.includes("\r")) throw incompleteBody()
    found.set(name, value)
  }
  return {
    expectNone() {
      none = true
    },
    line(line) {
      bytes += line.length
      if (bytes > MAX_TRAILER_BYTES) throw malformedTrailer()
      const complete = found.size === trailers.length
      if (line === "") {
        if (!none && !complete) throw malformedTrailer()
        if (signed && provided === undefined) throw incompleteBody()
        return true
      }
      if (none || provided !== undefined) throw incompleteBody()
      if (signed && complete && found.size > 0) readSignature(line)
      else readTrailer(line)
      return false
    },
    values: () => Object.fromEntries(found),
    canonical() {
      const names = [...found.keys()].sort()
      return names.map((name) => `${name}:${found.get(name)}\n`).join("")
    },
    signature: () => provided,
  }
}
