import type { AccessControlPolicy } from "../../../../models/types/s3.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import type { AclGrant, AclPermission } from "../../buckets/config.ts"
import { invalidArgument, invalidRequest } from "../../errors.ts"
import { canonicalId, isCanonicalId } from "../../owner.ts"
import { ALL_USERS, AUTHENTICATED_USERS, GROUPS, LOG_DELIVERY } from "./grants.ts"

/** The members by which requests say an ACL. */
export interface AclInput {
  readonly ACL?: string | undefined
  readonly AccessControlPolicy?: AccessControlPolicy | undefined
  readonly GrantFullControl?: string | undefined
  readonly GrantRead?: string | undefined
  readonly GrantReadACP?: string | undefined
  readonly GrantWrite?: string | undefined
  readonly GrantWriteACP?: string | undefined
}

/** Whose ACL it is: the owner of the resource, and of an object also its bucket's. */
export interface AclOwners {
  readonly owner: string
  readonly bucketOwner: string
}

type CannedGrants = (owners: AclOwners) => readonly AclGrant[]

const READ_ALL: AclGrant = { grantee: ALL_USERS, permission: "READ" }
const NO_MORE: CannedGrants = () => []

/** "Canned ACL": what each gives beside the owner's FULL_CONTROL. */
const CANNED: Readonly<Record<string, CannedGrants>> = {
  private: NO_MORE,
  "public-read": () => [READ_ALL],
  "public-read-write": () => [READ_ALL, { grantee: ALL_USERS, permission: "WRITE" }],
  "authenticated-read": () => [{ grantee: AUTHENTICATED_USERS, permission: "READ" }],
  "aws-exec-read": NO_MORE,
  "log-delivery-write": () => [
    { grantee: LOG_DELIVERY, permission: "WRITE" },
    { grantee: LOG_DELIVERY, permission: "READ_ACP" },
  ],
  "bucket-owner-read": (owners) => ofBucketOwner(owners, "READ"),
  "bucket-owner-full-control": (owners) => ofBucketOwner(owners, "FULL_CONTROL"),
}

const HEADERS = [
  ["GrantFullControl", "FULL_CONTROL", "x-amz-grant-full-control"],
  ["GrantRead", "READ", "x-amz-grant-read"],
  ["GrantReadACP", "READ_ACP", "x-amz-grant-read-acp"],
  ["GrantWrite", "WRITE", "x-amz-grant-write"],
  ["GrantWriteACP", "WRITE_ACP", "x-amz-grant-write-acp"],
] as const satisfies readonly (readonly [keyof AclInput, AclPermission, string])[]

const PERMISSIONS: ReadonlySet<string> = Object.freeze(
  new Set(["FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP"]),
)
/** "Access control list (ACL) overview". */
const MOST_GRANTS = 100

/** Whether a request says an ACL by headers. */
export const saysAcl = (input: AclInput): boolean => input.ACL !== undefined || saysGrants(input)

/** One after another, by name: every write of an object asks. */
const saysGrants = (input: AclInput): boolean =>
  input.GrantFullControl !== undefined ||
  input.GrantRead !== undefined ||
  input.GrantReadACP !== undefined ||
  input.GrantWrite !== undefined ||
  input.GrantWriteACP !== undefined

/** The ACL of a request's headers; undefined where it says none. Texts recorded. */
export function aclOfHeaders(input: AclInput, owners: AclOwners): readonly AclGrant[] | undefined {
  const { ACL: canned } = input
  const grants = saysGrants(input)
  if (canned !== undefined && grants)
    throw invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed")
  if (canned !== undefined) return cannedAcl(canned, owners)
  return grants ? headerGrants(input) : undefined
}

function cannedAcl(canned: string, owners: AclOwners): readonly AclGrant[] {
  const more = Object.hasOwn(CANNED, canned) ? CANNED[canned] : undefined
  // Recorded: with an empty message.
  if (!more) throw invalidArgument("", "x-amz-acl", canned)
  return [{ grantee: canonicalId(owners.owner), permission: "FULL_CONTROL" }, ...more(owners)]
}

/** The ACL of PutBucketAcl and PutObjectAcl, which must say one, in one way. Texts recorded. */
export function aclOfPut(input: AclInput, owners: AclOwners): readonly AclGrant[] {
  const { AccessControlPolicy: policy } = input
  const said = aclOfHeaders(input, owners)
  if (policy === undefined) {
    if (said) return said
    throw new AwsError("MissingSecurityHeader", "Your request was missing a required header", {
      status: 400,
      members: { MissingHeaderName: "x-amz-acl" },
    })
  }
  if (said)
    throw new AwsError("UnexpectedContent", "This request does not support content", {
      status: 400,
    })
  return policyGrants(policy, owners)
}

function ofBucketOwner(
  { owner, bucketOwner }: AclOwners,
  permission: AclPermission,
): readonly AclGrant[] {
  return owner === bucketOwner ? [] : [{ grantee: canonicalId(bucketOwner), permission }]
}

/** `id="…", uri="…"`: the grantees of one header. */
function headerGrants(input: AclInput): readonly AclGrant[] {
  const grants: AclGrant[] = []
  for (const [member, permission, header] of HEADERS) {
    const text = input[member]
    if (text === undefined) continue
    for (const one of text.split(",")) {
      const [, kind, value = ""] = /^\s*(id|uri|emailAddress)="?([^"]*)"?\s*$/.exec(one) ?? []
      if (kind === undefined) throw invalidArgument("Argument format not recognized", header, text)
      if (kind === "uri" && !GROUPS.has(value))
        throw invalidArgument("Invalid group uri", "uri", value)
      if (kind === "id" && !isCanonicalId(value)) throw invalidArgument("Invalid id", "id", value)
      if (kind === "emailAddress") throw unresolvable(value)
      grants.push({ grantee: value, permission })
    }
  }
  return bounded(grants)
}

function policyGrants(
  { Owner: owner, Grants: grants }: AccessControlPolicy,
  owners: AclOwners,
): readonly AclGrant[] {
  if (owner?.ID === undefined || grants === undefined) throw malformedAcl()
  const found = grants.map(({ Grantee: grantee, Permission: permission }): AclGrant => {
    if (!grantee || permission === undefined || !PERMISSIONS.has(permission)) throw malformedAcl()
    if (grantee.Type === "Group") {
      if (grantee.URI === undefined) throw malformedAcl()
      if (!GROUPS.has(grantee.URI))
        throw invalidArgument("Invalid group uri", "Group/URI", grantee.URI)
      return { grantee: grantee.URI, permission: permission as AclPermission }
    }
    if (grantee.Type === "AmazonCustomerByEmail") throw unresolvable(grantee.EmailAddress ?? "")
    if (grantee.Type !== "CanonicalUser" || grantee.ID === undefined) throw malformedAcl()
    if (!isCanonicalId(grantee.ID))
      throw invalidArgument("Invalid id", "CanonicalUser/ID", grantee.ID)
    return { grantee: grantee.ID, permission: permission as AclPermission }
  })
  if (!isCanonicalId(owner.ID)) throw invalidArgument("Invalid id", "CanonicalUser/ID", owner.ID)
  // Owners do not change by an ACL (documented of PutBucketAcl; the words are not verified).
  if (owner.ID !== canonicalId(owners.owner))
    throw new AwsError("AccessDenied", "Access Denied", { status: 403 })
  return bounded(found)
}

function bounded(grants: readonly AclGrant[]): readonly AclGrant[] {
  if (grants.length > MOST_GRANTS)
    throw invalidRequest(`The number of grants must not exceed ${MOST_GRANTS}`)
  return grants
}

const malformedAcl = (): AwsError =>
  new AwsError(
    "MalformedACLError",
    "The XML you provided was not well-formed or did not validate against our published schema",
    { status: 400 },
  )

/** Since October 2025 AWS takes no addresses any more ("End of support for Email Grantee ACLs"). */
const unresolvable = (address: string): AwsError =>
  new AwsError(
    "UnresolvableGrantByEmailAddress",
    "The e-mail address you provided does not match any account on record.",
    { status: 400, members: { Address: address } },
  )
