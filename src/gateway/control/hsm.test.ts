import { expect, test } from "vitest"
import {
  activeCluster,
  ADMIN,
  KMS_USER,
  openHsm,
} from "../../services/cloudhsmv2/testing/open-hsm.ts"
import { handleControl } from "../control.ts"
import { openCloud, request } from "../testing/open-cloud.ts"

test("commands to HSMs come through the control API, and are refused in words", async () => {
  const cloud = await openCloud()
  const control = async (body: object) => {
    const text = JSON.stringify(body)
    const wire = request({ method: "POST", path: "/_cloudarium/hsm", text })
    const { status, body: answer } = await handleControl(cloud, wire, { version: "1" })
    return [status, JSON.parse(answer as string) as unknown]
  }
  const nowhere = { cluster: "cluster-2a23b4cdefg", activate: { password: "hsm-admin-1" } }
  const refused = (error: string) => [400, { error }]
  expect(await control(nowhere)).toEqual(refused("there is no cluster cluster-2a23b4cdefg"))
  for (const [name, value] of [
    ["activate", "hsm-admin-1"],
    ["createUser", { name: 5 }],
    ["wipe", "all"],
  ] as const)
    expect(await control({ ...nowhere, [name]: value })).toEqual(
      refused(`${name} is no setting here, or not of its form`),
    )
})

test("a command tells the cluster's users", async () => {
  const opened = await openHsm()
  const { id } = await activeCluster(opened, 1)
  const { users, keys } = await opened.cloud.commandHsm({ cluster: id, as: ADMIN })
  expect(users).toEqual([
    { name: ADMIN.name, role: "admin" },
    { name: KMS_USER.name, role: "crypto-user" },
  ])
  expect(keys).toEqual([])
})
