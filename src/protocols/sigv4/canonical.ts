import { hash } from "node:crypto"
import type { WireRequest } from "../../kernel/wire.ts"
import { AuthFailed } from "./failure.ts"
import { isS3Signing } from "./parse.ts"
import type { SignedRequest } from "./parse.ts"
import {
  decodeQueryPart,
  encodePathAgain,
  encodePathOnce,
  encodeQueryPart,
} from "./uri-encoding.ts"

/** The parts of a signature that decide what is canonical; a signer has no more yet. */
export type CanonicalInputs = Pick<SignedRequest, "service" | "signedHeaders" | "via">

/** A list of signed headers, taken apart. */
export interface HeaderList {
  readonly names: readonly string[]
  /** Each name with the colon that follows it in the canonical form. */
  readonly prefixes: readonly string[]
}

/** The names are used as they were sent, in the order in which they were sent (not verified). */
export function parseHeaderList(signedHeaders: string): HeaderList {
  const names = signedHeaders.split(";")
  return { names, prefixes: names.map((name) => `${name}:`) }
}

/** What of a request is signed, its body aside. */
export type SignableHead = Pick<WireRequest, "method" | "path" | "query" | "headers">

export interface CanonicalParts {
  readonly payloadHash: string
  /** `signed.signedHeaders`, taken apart. */
  readonly headers: HeaderList
}

/**
 * The canonical request, line by line as AWS documents it (IAM user guide, "Create a signed AWS
 * API request"; S3 API reference, "Signature Calculations for the Authorization Header").
 * A character is a byte, as in WireRequest. Throws AuthFailed when a header that is said to be
 * signed is not there.
 */
export function canonicalRequest(
  signed: CanonicalInputs,
  request: SignableHead,
  parts: CanonicalParts,
): string {
  const path = isS3Signing(signed.service) ? canonicalS3Path(request) : canonicalPath(request.path)
  const query = request.query === "" ? "" : canonicalQuery(request.query, signed.via === "query")
  const headers = canonicalHeaders(signed, request, parts.headers)
  return `${request.method}\n${path}\n${query}\n${headers}\n${signed.signedHeaders}\n${parts.payloadHash}`
}

/** Path of every service but S3: normalized, then encoded on top of the wire's own encoding. */
export function canonicalPath(path: string): string {
  if (!path.includes("//") && !path.includes("/.")) return path === "" ? "/" : encodePathAgain(path)
  const kept: string[] = []
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue
    if (segment === "..") kept.pop()
    else kept.push(segment)
  }
  // As the SDKs do it: a trailing slash stays, a trailing `.` or `..` does not become one.
  const tail = kept.length > 0 && path.endsWith("/") ? "/" : ""
  return encodePathAgain(`/${kept.join("/")}${tail}`)
}

/**
 * S3 keys may hold `//` and `..`: nothing is normalized, every byte is encoded once. An escaped slash
 * is signed as the slash that it stands for (recorded), but of S3 Control, whose paths have ARNs, as
 * it is sent: so the SDKs do it.
 */
function canonicalS3Path(request: SignableHead): string {
  const { path } = request
  if (path === "") return "/"
  const once = encodePathOnce(path)
  return once.includes("%2F") && !isS3Control(request) ? once.replaceAll("%2F", "/") : once
}

/** S3 Control signs as S3 does; its version and its header tell, whatever the host. */
export const isS3Control = ({ path, headers }: Pick<WireRequest, "path" | "headers">): boolean =>
  path.startsWith("/v20180820/") && headers["x-amz-account-id"] !== undefined

/** Sorted by name, then by value, both encoded; `?acl` counts as `acl=`. */
export function canonicalQuery(query: string, dropSignature: boolean): string {
  const pairs: (readonly [name: string, value: string])[] = []
  let at = 0
  while (at < query.length) {
    let end = query.indexOf("&", at)
    if (end < 0) end = query.length
    if (end > at && !(dropSignature && query.startsWith("X-Amz-Signature=", at))) {
      const equals = query.indexOf("=", at)
      const nameEnd = equals < 0 || equals > end ? end : equals
      const value = nameEnd === end ? "" : encodeQueryPart(query.slice(nameEnd + 1, end))
      pairs.push([encodeQueryPart(query.slice(at, nameEnd)), value])
    }
    at = end + 1
  }
  if (pairs.length > 1) pairs.sort(comparePairs)
  let out = ""
  for (const [name, value] of pairs) out += out === "" ? `${name}=${value}` : `&${name}=${value}`
  return out
}

/** Encoded text is ASCII, so comparing characters compares bytes. */
function comparePairs(a: readonly [string, string], b: readonly [string, string]): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1
  if (a[1] === b[1]) return 0
  return a[1] < b[1] ? -1 : 1
}

function canonicalHeaders(
  signed: CanonicalInputs,
  request: SignableHead,
  { names, prefixes }: HeaderList,
): string {
  let out = ""
  for (let i = 0; i < names.length; i++) {
    const name = names[i] ?? ""
    const own = request.headers[name]
    // A name such as `constructor` finds something that is no header.
    const value = typeof own === "string" ? own : absentHeader(signed, request, name)
    out += `${prefixes[i]}${value.includes(" ") || value.includes("\t") ? trimValue(value) : value}\n`
  }
  return out
}

/**
 * Where a signed header is not among the headers. S3 takes it from the query of a presigned URL
 * (the JavaScript SDK moves `x-amz-*` headers there and still lists them), else as empty, so that
 * the signature does not match; other services name it (recorded for AppSync).
 */
function absentHeader(signed: CanonicalInputs, request: SignableHead, name: string): string {
  const lower = name.toLowerCase()
  if (Object.hasOwn(request.headers, lower)) return request.headers[lower] ?? ""
  if (!isS3Signing(signed.service)) throw new AuthFailed({ kind: "signed-header-absent", name })
  return signed.via === "query" ? (queryParameter(request.query, lower) ?? "") : ""
}

function queryParameter(query: string, lowerName: string): string | undefined {
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=")
    if (equals > 0 && decodeQueryPart(pair.slice(0, equals)).toLowerCase() === lowerName) {
      return Buffer.from(decodeQueryPart(pair.slice(equals + 1))).toString("latin1")
    }
  }
  return undefined
}

/** Blanks at the ends go, runs of blanks become one space, inside quotes too. */
function trimValue(value: string): string {
  const simple = !value.includes("  ") && !value.includes("\t")
  const bare = simple && !value.startsWith(" ") && !value.endsWith(" ")
  return bare ? value : value.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "")
}

/**
 * SHA-256, in hex, of text whose characters are bytes. Text beyond Latin-1, which no wire can
 * carry, is hashed as UTF-8.
 */
export function sha256Hex(text: string): string {
  if (Buffer.byteLength(text) === text.length) return hash("sha256", text)
  // oxlint-disable-next-line no-control-regex -- the whole byte range is meant
  if (/[^\0-\xff]/.test(text)) return hash("sha256", text)
  return hash("sha256", Buffer.from(text, "latin1"))
}

/** What is signed: algorithm, time, scope and the hash of the canonical request. */
export function stringToSign(
  signed: Pick<SignedRequest, "algorithm" | "requestTime" | "scope">,
  canonical: string,
): string {
  return `${signed.algorithm}\n${signed.requestTime}\n${signed.scope}\n${sha256Hex(canonical)}`
}
