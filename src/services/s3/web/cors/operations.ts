import type { CORSRule } from "../../../../models/types/s3.ts"
import { bucketAccess } from "../../access/access.ts"
import { configure } from "../../buckets/bucket.ts"
import { findBucket } from "../../buckets/find.ts"
import { op, type Out } from "../../define.ts"
import { invalidRequest, malformedXml, noConfiguration } from "../../errors.ts"

/** "Elements of a CORS configuration". */
const MOST_RULES = 100
const METHODS: ReadonlySet<string> = Object.freeze(
  new Set(["GET", "PUT", "HEAD", "POST", "DELETE"]),
)

export const PutBucketCors = op.write("PutBucketCors", {
  authorize: bucketAccess("PutBucketCORS"),
  run(tx, input, call): Out<"PutBucketCors"> {
    const bucket = findBucket(tx, input, call)
    const rules = input.CORSConfiguration?.CORSRules ?? []
    // Recorded.
    if (rules.length === 0) throw malformedXml()
    if (rules.length > MOST_RULES)
      throw invalidRequest(
        `The number of CORS rules should not exceed allowed limit of ${MOST_RULES} rules.`,
      )
    for (const rule of rules) assertRule(rule)
    configure(tx, bucket, { cors: rules })
    return {}
  },
})

export const GetBucketCors = op.read("GetBucketCors", {
  authorize: bucketAccess("GetBucketCORS"),
  run(tx, input, call): Out<"GetBucketCors"> {
    const { name, config } = findBucket(tx, input, call)
    if (!config.cors)
      throw noConfiguration(
        "NoSuchCORSConfiguration",
        "The CORS configuration does not exist",
        name,
      )
    return { CORSRules: config.cors }
  },
})

export const DeleteBucketCors = op.write("DeleteBucketCors", {
  authorize: bucketAccess("PutBucketCORS"),
  run(tx, input, call): Out<"DeleteBucketCors"> {
    configure(tx, findBucket(tx, input, call), { cors: undefined })
    return {}
  },
})

function assertRule(rule: Partial<CORSRule>): void {
  const { AllowedMethods: methods = [], AllowedOrigins: origins = [], AllowedHeaders } = rule
  if (methods.length === 0 || origins.length === 0) throw malformedXml()
  // Recorded.
  for (const method of methods)
    if (!METHODS.has(method))
      throw invalidRequest(
        `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`,
      )
  // As users of AWS quote them.
  for (const origin of origins)
    if (countStars(origin) > 1)
      throw invalidRequest(`AllowedOrigin "${origin}" can not have more than one wildcard.`)
  for (const header of AllowedHeaders ?? []) {
    if (countStars(header) > 1)
      throw invalidRequest(`AllowedHeader "${header}" can not have more than one wildcard.`)
    if (!TOKEN.test(header)) throw invalidCharacter("AllowedHeader", header)
  }
  for (const header of rule.ExposeHeaders ?? []) {
    if (header.includes("*"))
      throw invalidRequest(
        `ExposeHeader "${header}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
      )
    if (!TOKEN.test(header)) throw invalidCharacter("ExposeHeader", header)
  }
}

/** A header's name, by RFC 9110, where a `*` may stand for any part. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/
const invalidCharacter = (member: string, header: string): Error =>
  invalidRequest(`${member} "${header}" contains invalid character.`)

const countStars = (text: string): number => text.split("*").length - 1
