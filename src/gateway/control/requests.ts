import type { WireRequest } from "../../kernel/wire.ts"
import type { Cloud } from "../cloud.ts"
import { UnknownRequestError } from "../explain-request.ts"

const REQUESTS = "/_cloudarium/requests"
const EXPLAIN = /^\/_cloudarium\/requests\/([\w-]{1,200})\/explain$/
const LISTED = 50
const MOST_LISTED = 4_096

interface ControlAnswer {
  readonly status: number
  readonly body: unknown
}

/**
 * Answers `GET /_cloudarium/requests?denied&limit=50` and `GET /_cloudarium/requests/<id>/explain`;
 * undefined for other paths. Throws RangeError for parameters that mean nothing.
 */
export function answerOnRequests(cloud: Cloud, request: WireRequest): ControlAnswer | undefined {
  const { path, method, query } = request
  const id = EXPLAIN.exec(path)?.[1]
  if (id === undefined && path !== REQUESTS) return undefined
  if (method !== "GET") return { status: 405, body: { error: `${path} takes GET` } }
  if (id === undefined) return { status: 200, body: { requests: listed(cloud, query) } }
  try {
    return { status: 200, body: cloud.explain(id) }
  } catch (error) {
    if (error instanceof UnknownRequestError) return { status: 404, body: { error: error.message } }
    throw error
  }
}

function listed(cloud: Cloud, query: string): unknown {
  const parameters = new URLSearchParams(query)
  for (const name of parameters.keys())
    if (name !== "denied" && name !== "limit")
      throw new RangeError(`there is no parameter ${name} here: denied and limit are`)
  const denied = parameters.has("denied") && parameters.get("denied") !== "false"
  const limit = Number(parameters.get("limit") ?? LISTED)
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_LISTED)
    throw new RangeError(`limit is a whole number from 1 to ${MOST_LISTED}`)
  return cloud.requests({ denied, limit })
}
