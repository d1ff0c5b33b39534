import { expect, test } from "vitest"
import { refusalOf } from "../../s3/testing/open-bucket.ts"
import {
  CreateAccessGrantCommand,
  CreateAccessGrantsLocationCommand,
  GetAccessGrantsInstanceForPrefixCommand,
  GetDataAccessCommand,
  ListAccessGrantsCommand,
  PutAccessGrantsInstanceResourcePolicyCommand,
  UpdateAccessGrantsLocationCommand,
} from "@aws-sdk/client-s3-control"
import { ACCOUNT, openGrants, ROLE, userOf } from "../testing/open-grants.ts"

const AccountId = ACCOUNT

/** What the official client would not send is given to it as if it were right. */
const as = (input: object) => ({ AccountId, ...input }) as never

test("requests that are not what the model says are refused, and break nothing", async () => {
  const { control, grant } = await openGrants()
  const bodies = [
    new CreateAccessGrantsLocationCommand(as({ LocationScope: "s3://photos" })),
    new CreateAccessGrantsLocationCommand(as({ IAMRoleArn: ROLE })),
    new UpdateAccessGrantsLocationCommand(as({ AccessGrantsLocationId: "default" })),
    new CreateAccessGrantCommand(as({ AccessGrantsLocationId: "default", Permission: "READ" })),
    new CreateAccessGrantCommand(as({ Grantee: userOf("a"), Permission: "READ" })),
    new PutAccessGrantsInstanceResourcePolicyCommand(as({})),
    new PutAccessGrantsInstanceResourcePolicyCommand(as({ Policy: "{}", Organization: "me" })),
  ]
  for (const command of bodies)
    expect(await refusalOf(control.send(command as never))).toMatch(/^MalformedXML 400/)
  for (const more of [{ Permission: "FLY" }, { S3PrefixType: "Folder" }])
    expect(await refusalOf(grant(more as never))).toMatch(/^MalformedXML 400/)
  const Target = "s3://photos/alice/*"
  const queries = [
    new GetDataAccessCommand(as({ Target })),
    new GetDataAccessCommand(as({ Permission: "READ" })),
    new GetDataAccessCommand(as({ Target, Permission: "FLY" })),
    new GetDataAccessCommand(as({ Target, Permission: "READ", Privilege: "All" })),
    new GetDataAccessCommand(as({ Target, Permission: "READ", TargetType: "Folder" })),
    new GetAccessGrantsInstanceForPrefixCommand(as({})),
    new ListAccessGrantsCommand(as({ Permission: "FLY" })),
  ]
  for (const command of queries)
    expect(await refusalOf(control.send(command as never))).toMatch(/^InvalidRequest 400/)
  const far = Buffer.from(JSON.stringify(["x".repeat(5_000)])).toString("base64")
  for (const NextToken of ["?", far, Buffer.from('["a","b","c"]').toString("base64")])
    expect(await refusalOf(control.send(new ListAccessGrantsCommand(as({ NextToken }))))).toBe(
      "no refusal",
    )
})
