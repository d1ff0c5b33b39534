import { hash } from "node:crypto"
import type { Grant, S3Location } from "../../../../models/types/s3.ts"
import { WholeBody } from "../../../../protocols/body-text.ts"

/** Where the output of one query goes ("Select Output"). */
export interface OutputPlace {
  readonly location: S3Location
  /** Names the output. */
  readonly id: string
}

/** `prefix/job-id`: below it lie the placeholder, results, errors and manifests. */
export function outputPath({ location, id }: OutputPlace): string {
  const prefix = location.Prefix.replace(/\/$/, "")
  return prefix === "" ? id : `${prefix}/${id}`
}

/** The name of a part follows from its number: written again it is the same object. */
export const partName = ({ id }: OutputPlace, number: number): string =>
  hash("sha256", `s3/select-restore/${id}/${number}`).slice(0, 32)

/** A manifest has the address of each object on a line of its own (its form is not documented). */
export const manifestText = (place: OutputPlace, names: readonly string[]): string =>
  names.map((name) => `s3://${place.location.BucketName}/${outputPath(place)}/${name}\n`).join("")

/** PutObject of one object of the output, as its location wants it. */
export function putInput(place: OutputPlace, name: string, body: Uint8Array): object {
  const { BucketName: Bucket, CannedACL: ACL, Encryption: encryption } = place.location
  const { Tagging: tagging, UserMetadata: entries, StorageClass } = place.location
  return defined({
    ...{ Bucket, Key: `${outputPath(place)}/${name}` },
    ...{ Body: new WholeBody(body), ContentLength: body.length },
    ...{ ACL, StorageClass },
    ...grantMembers(place.location.AccessControlList ?? []),
    ServerSideEncryption: encryption?.EncryptionType,
    SSEKMSKeyId: encryption?.KMSKeyId,
    SSEKMSEncryptionContext: encryption?.KMSContext,
    Tagging: tagging && tagging.TagSet.map(tagText).join("&"),
    Metadata:
      entries && Object.fromEntries(entries.map(({ Name = "", Value = "" }) => [Name, Value])),
  })
}

const tagText = ({ Key, Value }: { readonly Key: string; readonly Value: string }): string =>
  `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`

const MEMBERS: Readonly<Record<string, string>> = {
  FULL_CONTROL: "GrantFullControl",
  READ: "GrantRead",
  READ_ACP: "GrantReadACP",
  WRITE_ACP: "GrantWriteACP",
}

/** Grants as the members of PutObject have them; of WRITE, which objects do not have, there are none. */
function grantMembers(grants: readonly Grant[]): Record<string, string> {
  const members: Record<string, string> = {}
  for (const { Grantee: who, Permission = "" } of grants) {
    const member = MEMBERS[Permission]
    if (member === undefined || !who) continue
    const name =
      who.URI !== undefined
        ? `uri="${who.URI}"`
        : who.EmailAddress !== undefined
          ? `emailAddress="${who.EmailAddress}"`
          : `id="${who.ID ?? ""}"`
    members[member] = members[member] === undefined ? name : `${members[member]}, ${name}`
  }
  return members
}

const defined = (of: object): object =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined))
