import { hostIdOf } from "../../../protocols/rest-xml.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { canonicalId } from "../owner.ts"

/** What a line tells ("Amazon S3 server access log format"); what is absent is a dash. */
export interface LineFacts {
  readonly timeMs: number
  readonly remoteIp?: string | undefined
  readonly requester?: string | undefined
  readonly requestId: string
  readonly operation: string
  /** As it stood in the path, percent-encoded. */
  readonly key?: string | undefined
  readonly requestLine?: string | undefined
  readonly status?: number | undefined
  readonly errorCode?: string | undefined
  readonly bytesSent?: number | undefined
  readonly objectBytes?: number | undefined
  readonly totalMs?: number | undefined
  readonly turnAroundMs?: number | undefined
  readonly referer?: string | undefined
  readonly userAgent?: string | undefined
  readonly versionId?: string | undefined
  readonly signature?: "SigV2" | "SigV4" | undefined
  readonly cipher?: string | undefined
  readonly authType?: "AuthHeader" | "QueryString" | undefined
  readonly host?: string | undefined
  readonly tlsVersion?: string | undefined
  readonly accessPointArn?: string | undefined
}

/** One record, with all its 27 fields. */
export function logLine(
  { account, name }: Pick<Bucket, "account" | "name">,
  facts: LineFacts,
): string {
  const { requestId } = facts
  return [
    canonicalId(account),
    name,
    `[${logTime(facts.timeMs)}]`,
    facts.remoteIp ?? "-",
    facts.requester ?? "-",
    requestId,
    facts.operation,
    facts.key === undefined || facts.key === "" ? "-" : facts.key,
    quoted(facts.requestLine),
    facts.status ?? "-",
    facts.errorCode ?? "-",
    // "… or - if zero".
    facts.bytesSent || "-",
    facts.objectBytes ?? "-",
    facts.totalMs ?? "-",
    facts.turnAroundMs ?? "-",
    quoted(facts.referer),
    quoted(facts.userAgent),
    facts.versionId ?? "-",
    hostIdOf({ requestId }),
    facts.signature ?? "-",
    facts.cipher ?? "-",
    facts.authType ?? "-",
    facts.host ?? "-",
    facts.tlsVersion ?? "-",
    facts.accessPointArn ?? "-",
    // Whether an ACL was needed, and the Region from which the request came: not known here.
    "-",
    "-",
  ].join(" ")
}

/** Longer ones are cut: a line is a row. */
const TEXT_LENGTH = 8_192

/** A line has one record and its fields no quotes of their own. */
const quoted = (text: string | undefined): string =>
  text === undefined || text === ""
    ? '"-"'
    : `"${text
        .slice(0, TEXT_LENGTH)
        .replaceAll('"', "%22")
        .replace(/[\r\n]/g, " ")}"`

const MONTHS = Object.freeze("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" "))

/** `06/Feb/2019:00:00:38 +0000`. */
function logTime(timeMs: number): string {
  const iso = new Date(timeMs).toISOString()
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`
}
