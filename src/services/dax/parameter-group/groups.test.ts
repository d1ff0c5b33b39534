import {
  CreateParameterGroupCommand,
  CreateSubnetGroupCommand,
  DeleteParameterGroupCommand,
  DeleteSubnetGroupCommand,
  DescribeDefaultParametersCommand,
  DescribeParameterGroupsCommand,
  DescribeParametersCommand,
  DescribeSubnetGroupsCommand,
  UpdateParameterGroupCommand,
  UpdateSubnetGroupCommand,
  type Parameter,
} from "@aws-sdk/client-dax"
import { expect, test } from "vitest"
import { newCluster, openDax, refusal } from "../testing/open-dax.ts"

test("DAX-8 both caches keep for five minutes unless a parameter group says else", async () => {
  const opened = await openDax()
  const { client } = opened
  const valuesOf = (all: readonly Parameter[] = []) =>
    Object.fromEntries(all.map((one) => [one.ParameterName, one.ParameterValue]))
  const defaults = await client.send(new DescribeDefaultParametersCommand({}))
  const five = { "query-ttl-millis": "300000", "record-ttl-millis": "300000" }
  expect(valuesOf(defaults.Parameters)).toEqual(five)
  expect(defaults.Parameters?.[0]).toEqual({
    ...{ ParameterName: "query-ttl-millis", ParameterType: "DEFAULT", ParameterValue: "300000" },
    ...{ Description: "Duration in milliseconds for queries to remain cached", Source: "user" },
    ...{ NodeTypeSpecificValues: [], DataType: "integer", AllowedValues: "0-" },
    ...{ IsModifiable: "TRUE", ChangeType: "IMMEDIATE" },
  })
  const ParameterGroupName = "short"
  await client.send(new CreateParameterGroupCommand({ ParameterGroupName, Description: "d" }))
  const set = (ParameterName: string, ParameterValue: string, name = ParameterGroupName) =>
    client.send(
      new UpdateParameterGroupCommand({
        ParameterGroupName: name,
        ParameterNameValues: [{ ParameterName, ParameterValue }],
      }),
    )
  await set("record-ttl-millis", "1000")
  const changed = await client.send(new DescribeParametersCommand({ ParameterGroupName }))
  expect(valuesOf(changed.Parameters)).toEqual({ ...five, "record-ttl-millis": "1000" })
  expect(await refusal(set("ttl", "1"))).toMatch("InvalidParameterValueException")
  expect(await refusal(set("query-ttl-millis", "-1"))).toMatch("InvalidParameterValueException")
  expect(await refusal(set("query-ttl-millis", "1", "default.dax1.0"))).toMatch(
    "InvalidParameterGroupStateFault",
  )
  await newCluster(opened, { ParameterGroupName })
  expect(await refusal(set("query-ttl-millis", "1"))).toMatch("InvalidParameterGroupStateFault")
  const remove = (name: string) =>
    client.send(new DeleteParameterGroupCommand({ ParameterGroupName: name }))
  expect(await refusal(remove(ParameterGroupName))).toMatch("InvalidParameterGroupStateFault")
  await client.send(new CreateParameterGroupCommand({ ParameterGroupName: "other" }))
  const { ParameterGroups = [] } = await client.send(new DescribeParameterGroupsCommand({}))
  expect(ParameterGroups.map((one) => one.ParameterGroupName)).toEqual([
    ...["default.dax1.0", "other", "short"],
  ])
  expect((await remove("other")).DeletionMessage).toBe("Parameter group other has been deleted.")
  expect(await refusal(remove("other"))).toMatch("ParameterGroupNotFoundFault")
})

test("an account has twenty parameter groups at most", async () => {
  const { client } = await openDax()
  const create = (ParameterGroupName: string) =>
    client.send(new CreateParameterGroupCommand({ ParameterGroupName }))
  for (let n = 1; n <= 20; n++) await create(`g${n}`)
  expect(await refusal(create("g21"))).toMatch("ParameterGroupQuotaExceededFault")
  expect(await refusal(create("g1"))).toMatch("ParameterGroupAlreadyExistsFault")
})

test("subnet groups take ids as they are given", async () => {
  const opened = await openDax()
  const { client } = opened
  const SubnetGroupName = "inner"
  const SubnetIds = ["subnet-0123abcd", "subnet-0123456789abcdef0"]
  const Subnets = SubnetIds.map((SubnetIdentifier) => ({ SubnetIdentifier }))
  const made = await client.send(new CreateSubnetGroupCommand({ SubnetGroupName, SubnetIds }))
  expect(made.SubnetGroup).toEqual({ SubnetGroupName, Subnets })
  const bad = new UpdateSubnetGroupCommand({ SubnetGroupName, SubnetIds: ["vpc-1"] })
  expect(await refusal(client.send(bad))).toMatch("InvalidSubnet")
  const many = Array.from({ length: 21 }, (_, n) => `subnet-${String(n).padStart(8, "0")}`)
  const update = (ids: string[]) =>
    client.send(new UpdateSubnetGroupCommand({ SubnetGroupName, SubnetIds: ids }))
  expect(await refusal(update(many))).toMatch("SubnetQuotaExceededFault")
  expect((await update(SubnetIds.slice(1))).SubnetGroup?.Subnets).toEqual(Subnets.slice(1))
  expect(await newCluster(opened, { SubnetGroupName })).toMatchObject({
    SubnetGroup: SubnetGroupName,
  })
  const remove = (name: string) =>
    client.send(new DeleteSubnetGroupCommand({ SubnetGroupName: name }))
  expect(await refusal(remove(SubnetGroupName))).toMatch("SubnetGroupInUseFault")
  await client.send(new CreateSubnetGroupCommand({ SubnetGroupName: "other", SubnetIds }))
  expect((await remove("other")).DeletionMessage).toBe("Subnet group other has been deleted.")
  const { SubnetGroups = [] } = await client.send(new DescribeSubnetGroupsCommand({}))
  expect(SubnetGroups.map((one) => one.SubnetGroupName)).toEqual([SubnetGroupName])
  const none = new DescribeSubnetGroupsCommand({ SubnetGroupNames: ["other"] })
  expect(await refusal(client.send(none))).toMatch("SubnetGroupNotFoundFault")
})
