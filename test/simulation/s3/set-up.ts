import { Violation } from "../moments.ts"
import { ACCOUNT, type Asked, type S3System } from "./system.ts"

/** Objects of this bucket come to an end, and what is written to it is logged. */
export const PLAIN = "plain"
/** Versions of this one are replicated to the other. */
export const VERSIONED = "versioned"
export const REPLICA = "replica"
export const LOGS = "logs"
/** Keys that begin so are expired after a day. */
export const PASSING = "tmp/"

const document = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", ...statement } })

const xml = (name: string, content: string): string =>
  `<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${name}>`

const LIFECYCLE = xml(
  "LifecycleConfiguration",
  "<Rule><ID>end</ID><Status>Enabled</Status><Filter><Prefix></Prefix></Filter>" +
    "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation>" +
    "</AbortIncompleteMultipartUpload></Rule>" +
    `<Rule><ID>tmp</ID><Status>Enabled</Status><Filter><Prefix>${PASSING}</Prefix></Filter>` +
    "<Expiration><Days>1</Days></Expiration></Rule>",
)

const REPLICATION = xml(
  "ReplicationConfiguration",
  `<Role>arn:aws:iam::${ACCOUNT}:role/replicator</Role><Rule><ID>all</ID><Priority>1</Priority>` +
    "<Status>Enabled</Status><Filter><Prefix></Prefix></Filter>" +
    "<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>" +
    `<Destination><Bucket>arn:aws:s3:::${REPLICA}</Bucket></Destination></Rule>`,
)

const iam = (action: string, fields: Readonly<Record<string, string>>): Asked => ({
  ...{ service: "iam", method: "POST", path: "/" },
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams({ Action: action, Version: "2010-05-08", ...fields }).toString(),
})

const put = (bucket: string, query: string, body: string): Asked => ({
  ...{ method: "PUT", path: `/${bucket}`, query, body },
})

const VERSIONING = xml("VersioningConfiguration", "<Status>Enabled</Status>")

const STEPS: readonly Asked[] = [
  ...[PLAIN, VERSIONED, REPLICA, LOGS].map((bucket) => put(bucket, "", "")),
  ...[VERSIONED, REPLICA].map((bucket) => put(bucket, "versioning", VERSIONING)),
  iam("CreateRole", {
    RoleName: "replicator",
    AssumeRolePolicyDocument: document({
      ...{ Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" },
    }),
  }),
  iam("PutRolePolicy", {
    ...{ RoleName: "replicator", PolicyName: "all" },
    PolicyDocument: document({ Action: "s3:*", Resource: "*" }),
  }),
  put(VERSIONED, "replication", REPLICATION),
  put(PLAIN, "lifecycle", LIFECYCLE),
  put(VERSIONED, "lifecycle", LIFECYCLE),
  put(
    LOGS,
    "policy",
    document({
      ...{ Principal: { Service: "logging.s3.amazonaws.com" }, Action: "s3:PutObject" },
      Resource: `arn:aws:s3:::${LOGS}/*`,
    }),
  ),
  put(
    PLAIN,
    "logging",
    xml(
      "BucketLoggingStatus",
      `<LoggingEnabled><TargetBucket>${LOGS}</TargetBucket><TargetPrefix>log/</TargetPrefix></LoggingEnabled>`,
    ),
  ),
]

/** The buckets and what goes on between them. */
export async function setUp(system: S3System): Promise<void> {
  for (const step of STEPS) {
    const { status, body } = await system.ask(step)
    if (status >= 300) throw new Violation(`${step.path}?${step.query}: ${status} ${String(body)}`)
  }
}
