import type { WireResponse } from "../../../../kernel/wire.ts"

/** What went wrong, as the API says it: names and texts in its order. */
export interface PageError {
  readonly status: number
  readonly facts: readonly (readonly [name: string, text: string])[]
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  412: "Precondition Failed",
  416: "Requested Range Not Satisfiable",
  500: "Internal Server Error",
  503: "Service Unavailable",
}

/** The page that a website shows where it has none of its own (recorded). */
export function errorPage(
  error: PageError,
  {
    requestId,
    document,
  }: { readonly requestId: string; readonly document?: PageError | undefined },
): WireResponse {
  const title = `${error.status} ${TITLES[error.status] ?? "Error"}`
  const hostId = Buffer.from(requestId + requestId.slice(0, 20), "latin1").toString("base64")
  const facts = [...error.facts, ["RequestId", requestId], ["HostId", hostId]] as const
  const nested = document
    ? `<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n${list(document.facts)}`
    : ""
  return {
    status: error.status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "x-amz-request-id": requestId,
      "x-amz-id-2": hostId,
      "x-amz-error-code": textOf(error, "Code"),
      "x-amz-error-message": textOf(error, "Message"),
    },
    body:
      `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n` +
      `${list(facts)}${nested}<hr/>\n</body>\n</html>\n`,
  }
}

const list = (facts: PageError["facts"]): string =>
  `<ul>\n${facts.map(([name, text]) => `<li>${name}: ${escapeHtml(text)}</li>\n`).join("")}</ul>\n`

const textOf = ({ facts }: PageError, wanted: string): string =>
  facts.find(([name]) => name === wanted)?.[1] ?? ""

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

/** What an answer of the API says went wrong: the elements of its `<Error>`. */
export function errorOf({ status, body }: WireResponse): PageError {
  const text =
    typeof body === "string" ? body : body instanceof Uint8Array ? Buffer.from(body).toString() : ""
  const facts: (readonly [string, string])[] = []
  for (const [, name = "", value = ""] of text.matchAll(/<(\w+)>([^<]*)<\/\1>/g))
    if (name !== "RequestId" && name !== "HostId") facts.push([name, unescapeXml(value)])
  return { status, facts }
}

const unescapeXml = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&")
