import type { WebsiteConfiguration } from "../../../../models/types/s3.ts"
import { bucketAccess } from "../../access/access.ts"
import { configure } from "../../buckets/bucket.ts"
import { findBucket } from "../../buckets/find.ts"
import { op, type Out } from "../../define.ts"
import { invalidArgument, invalidRequest, malformedXml, noConfiguration } from "../../errors.ts"

/** "Amazon S3 quotas" and "Configuring advanced conditional redirects". */
const MOST_RULES = 50

export const PutBucketWebsite = op.write("PutBucketWebsite", {
  authorize: bucketAccess("PutBucketWebsite"),
  run(tx, input, call): Out<"PutBucketWebsite"> {
    const bucket = findBucket(tx, input, call)
    const { WebsiteConfiguration: website } = input
    if (!website) throw malformedXml()
    assertWebsite(website)
    configure(tx, bucket, { website })
    return {}
  },
})

export const GetBucketWebsite = op.read("GetBucketWebsite", {
  authorize: bucketAccess("GetBucketWebsite"),
  run(tx, input, call): Out<"GetBucketWebsite"> {
    const { name, config } = findBucket(tx, input, call)
    if (!config.website) throw noWebsite(name)
    return config.website
  },
})

export const DeleteBucketWebsite = op.write("DeleteBucketWebsite", {
  authorize: bucketAccess("DeleteBucketWebsite"),
  run(tx, input, call): Out<"DeleteBucketWebsite"> {
    configure(tx, findBucket(tx, input, call), { website: undefined })
    return {}
  },
})

/** Recorded. */
export const noWebsite = (name: string) =>
  noConfiguration(
    "NoSuchWebsiteConfiguration",
    "The specified bucket does not have a website configuration",
    name,
  )

/** Texts and order recorded. */
function assertWebsite(website: WebsiteConfiguration): void {
  const { RedirectAllRequestsTo: all, IndexDocument, ErrorDocument, RoutingRules } = website
  if (all) {
    if (IndexDocument || ErrorDocument || RoutingRules)
      throw invalidArgument(
        "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
        "RedirectAllRequestsTo",
        "not null",
      )
    if (!all.HostName) throw malformedXml()
    assertProtocol(all.Protocol)
    return
  }
  if (!IndexDocument)
    throw invalidArgument(
      "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
      "IndexDocument",
      "null",
    )
  if (!IndexDocument.Suffix || IndexDocument.Suffix.includes("/"))
    throw invalidArgument(
      "The IndexDocument Suffix is not well formed",
      "IndexDocument",
      IndexDocument.Suffix || undefined,
    )
  if (ErrorDocument && !ErrorDocument.Key) throw malformedXml()
  if (!RoutingRules) return
  if (RoutingRules.length === 0) throw malformedXml()
  if (RoutingRules.length > MOST_RULES)
    throw invalidRequest(
      `${RoutingRules.length} routing rules provided, the number of routing rules in a website ` +
        `configuration is limited to ${MOST_RULES}.`,
    )
  for (const rule of RoutingRules) assertRule(rule)
}

function assertRule({
  Condition: condition,
  Redirect: redirect,
}: NonNullable<WebsiteConfiguration["RoutingRules"]>[number]): void {
  if (!redirect) throw malformedXml()
  assertProtocol(redirect.Protocol)
  if (redirect.ReplaceKeyPrefixWith !== undefined && redirect.ReplaceKeyWith !== undefined)
    throw invalidRequest("You can only define ReplaceKeyPrefix or ReplaceKey but not both.")
  if (
    condition &&
    condition.KeyPrefixEquals === undefined &&
    condition.HttpErrorCodeReturnedEquals === undefined
  )
    throw invalidRequest(
      "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
    )
  // The words of codes and of too many rules are those of tests that AWS passes.
  const { HttpRedirectCode: code } = redirect
  if (code !== undefined && !/^3(?!00)\d\d$/.test(code))
    throw invalidRequest(
      `The provided HTTP redirect code (${code}) is not valid. Valid codes are 3XX except 300.`,
    )
  const { HttpErrorCodeReturnedEquals: error } = condition ?? {}
  if (error !== undefined && !/^[45]\d\d$/.test(error))
    throw invalidRequest(
      `The provided HTTP error code (${error}) is not valid. Valid codes are 4XX or 5XX.`,
    )
}

function assertProtocol(protocol: string | undefined): void {
  if (protocol !== undefined && protocol !== "http" && protocol !== "https")
    throw invalidRequest(
      "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.",
    )
}
