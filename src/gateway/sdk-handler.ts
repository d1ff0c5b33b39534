import { Readable } from "node:stream"
import type { WireRequest, WireResponse } from "../kernel/wire.ts"

/** What an AWS SDK for JavaScript v3 client gives its request handler (`@smithy/types`). */
export interface SdkRequest {
  readonly method: string
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface SdkResponse {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: Readable
}

/** The part of a request handler that SDK clients use. */
export interface SdkHandler {
  readonly metadata: { readonly handlerProtocol: "http/1.1" }
  handle(
    request: SdkRequest,
    options?: { readonly abortSignal?: unknown },
  ): Promise<{ response: SdkResponse }>
  destroy(): void
  httpHandlerConfigs(): Record<string, never>
  updateHttpClientConfig(): void
}

/** A request handler that calls the cloud in this process: the same bytes, no socket. */
export function createSdkHandler(
  handle: (request: WireRequest) => Promise<WireResponse>,
): SdkHandler {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request, { abortSignal } = {}) {
      const signal = abortSignal instanceof AbortSignal ? abortSignal : undefined
      if (signal?.aborted) throw abortError()
      const answered = handle(toWire(request, signal))
      const response = await (signal ? unlessAborted(answered, signal) : answered)
      // HTTP sends no body then, whatever the answer has.
      return { response: toSdk(request.method === "HEAD" ? { ...response, body: "" } : response) }
    },
    destroy: () => {},
    httpHandlerConfigs: () => ({}),
    updateHttpClientConfig: () => {},
  }
}

function toWire(request: SdkRequest, signal: AbortSignal | undefined): WireRequest {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value
  headers["host"] ??= request.port ? `${request.hostname}:${request.port}` : request.hostname
  const { body } = request
  const whole = wholeBody(body)
  return {
    method: request.method,
    path: request.path,
    query: queryText(request.query ?? {}),
    headers,
    body: whole ?? new Uint8Array(0),
    ...(whole === undefined && { stream: body as AsyncIterable<Uint8Array> }),
    secure: request.protocol === "https:",
    remoteAddress: "127.0.0.1",
    ...(signal && { signal }),
  }
}

function wholeBody(body: unknown): Uint8Array | undefined {
  if (body === undefined || body === null) return new Uint8Array(0)
  if (typeof body === "string") return Buffer.from(body)
  if (body instanceof Uint8Array) return body
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  if (typeof body === "object" && Symbol.asyncIterator in body) return undefined
  throw new TypeError("a request body of an unknown kind")
}

function queryText(query: NonNullable<SdkRequest["query"]>): string {
  const pairs: string[] = []
  for (const [name, value] of Object.entries(query)) {
    if (value === null) pairs.push(escape(name))
    else
      for (const one of typeof value === "string" ? [value] : value)
        pairs.push(`${escape(name)}=${escape(one)}`)
  }
  return pairs.join("&")
}

/** RFC 3986, as the SDK's own handlers write queries. */
const escape = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )

function toSdk({ status, headers, body }: WireResponse): SdkResponse {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    flat[name] = typeof value === "string" ? value : value.join(", ")
  const whole = typeof body === "string" || body instanceof Uint8Array
  const stream = whole
    ? Readable.from(body.length > 0 ? [Buffer.from(body)] : [])
    : Readable.from(body)
  return { statusCode: status, headers: flat, body: stream }
}

const abortError = (): Error => Object.assign(new Error("Request aborted"), { name: "AbortError" })

/** Callers may keep one signal for all their calls: it must not remember those that are over. */
async function unlessAborted<T>(answered: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(abortError())
  signal.addEventListener("abort", abort)
  try {
    return await Promise.race([answered, promise])
  } finally {
    signal.removeEventListener("abort", abort)
  }
}
