import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { WireRequest } from "../../../../kernel/wire.ts"
import type { Call } from "../../../../registry/call.ts"
import { withoutSignature } from "./input-url.ts"
import { objectLambdaArn, type ObjectLambdaPoint } from "./point.ts"
import { userIdentity } from "./user-identity.ts"

interface EventFacts {
  readonly call: Call
  readonly wire: WireRequest
  readonly point: ObjectLambdaPoint
  readonly payload: string | undefined
}

/** What a function is told, but for the context of its operation ("Event context format and usage"). */
export function eventOf(tx: ReadTx, { call, wire, point, payload }: EventFacts) {
  return {
    xAmzRequestId: call.requestId,
    configuration: {
      accessPointArn: objectLambdaArn(point),
      supportingAccessPointArn: point.configuration.SupportingAccessPoint,
      // Which of the two AWS says where there is none is not known.
      payload: payload ?? "",
    },
    userRequest: { url: urlOf(call, wire), headers: headersOf(wire) },
    userIdentity: userIdentity(tx, call),
    protocolVersion: "1.00",
  }
}

/** "The decoded URL of the request … excluding any authorization-related query parameters". */
function urlOf({ endpoint }: Call, { path, query }: WireRequest): string {
  const shown = withoutSignature(query)
  return decoded(`${endpoint}${path}${shown === "" ? "" : `?${shown}`}`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const OF_AUTHORIZATION: ReadonlySet<string> = Object.freeze(
  new Set(["authorization", "x-amz-security-token", "x-amz-date"]),
)
/** Words of headers that AWS's own are written with. */
const SPELLINGS: Readonly<Record<string, string>> = { sha256: "SHA256", md5: "MD5" }

/** "… excluding any authorization-related headers". Which letters are capitals the wire forgets. */
function headersOf({ headers }: WireRequest): Record<string, string> {
  const shown: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (!OF_AUTHORIZATION.has(name)) shown[spelt(name)] = value
  return shown
}

const spelt = (name: string): string =>
  name
    .split("-")
    .map((word) => SPELLINGS[word] ?? word.charAt(0).toUpperCase() + word.slice(1))
    .join("-")
