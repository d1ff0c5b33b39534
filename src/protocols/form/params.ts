import type { WireRequest } from "../../kernel/wire.ts"
import { AwsError } from "../aws-error.ts"
import { bodyText } from "../body-text.ts"
import { percentDecode, queryPairs } from "../http/query-pairs.ts"
import { requestBody } from "../request-body.ts"

/**
 * The parameters of a Query request, from its query string and its form, in one flat list: name,
 * value, name, value … `undefined` when one of them is malformed.
 */
export function formPairs(request: WireRequest): string[] | undefined {
  const form = formText(request)
  const inBody = form === undefined ? undefined : queryPairs(form)
  if (request.query === "" || inBody === undefined) return inBody
  return queryPairs(request.query)?.concat(inBody)
}

/**
 * The first value of one parameter, without decoding the rest: enough to tell which operation a
 * Query request means (`Action`), before it is known to be sound.
 */
export function formParameter(request: WireRequest, name: string): string | undefined {
  return parameterIn(request.query, name) ?? parameterIn(formText(request) ?? "", name)
}

function parameterIn(text: string, name: string): string | undefined {
  const mark = `${name}=`
  const found = text.startsWith(mark) ? 0 : text.indexOf(`&${mark}`) + 1
  if (found === 0 && !text.startsWith(mark)) return undefined
  const end = text.indexOf("&", found)
  const raw = text.slice(found + mark.length, end === -1 ? text.length : end)
  return percentDecode(raw.replaceAll("+", " "))
}

function formText(request: WireRequest): string | undefined {
  if (request.body.length === 0) return ""
  try {
    return bodyText(requestBody(request))
  } catch (error) {
    if (error instanceof AwsError) return undefined
    throw error
  }
}
