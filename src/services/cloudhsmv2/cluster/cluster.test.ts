import { expect, test } from "vitest"
import { hasOpenSsl, openSsl } from "../../../engines/x509/testing/openssl.ts"
import {
  activeCluster,
  ADMIN,
  describe,
  openCa,
  openHsm,
  refusalOf,
  SUBNETS,
} from "../testing/open-hsm.ts"

const TYPE = { HsmType: "hsm2m.medium", Mode: "FIPS", SubnetIds: SUBNETS } as const

test("a cluster is made, gets its first HSM, is claimed by its owner's certificate and activated", async () => {
  const { cloud, hsm } = await openHsm()
  const { Cluster } = await hsm("CreateCluster", TYPE)
  expect(Cluster).toMatchObject({
    ...{ State: "CREATE_IN_PROGRESS", Mode: "FIPS", HsmType: "hsm2m.medium", Hsms: [] },
    BackupRetentionPolicy: { Type: "DAYS", Value: "90" },
  })
  const ClusterId = Cluster?.ClusterId ?? ""
  expect(ClusterId).toMatch(/^cluster-[2-7a-z]{11}$/)
  expect(Object.values(Cluster?.SubnetMapping ?? {})).toEqual(SUBNETS)
  await cloud.settle()
  expect(await describe(hsm, ClusterId)).toMatchObject({ State: "UNINITIALIZED", Certificates: {} })
  const ca = await openCa()
  const claim = (SignedCert: string, TrustAnchor = ca.certificate) =>
    hsm("InitializeCluster", { ClusterId, SignedCert, TrustAnchor })
  expect(await refusalOf(claim(ca.certificate))).toMatch(/no HSM yet/)
  const AvailabilityZone = Object.keys(Cluster?.SubnetMapping ?? {})[0] ?? ""
  const { Hsm } = await hsm("CreateHsm", { ClusterId, AvailabilityZone, IpAddress: "10.0.0.77" })
  expect(Hsm).toMatchObject({
    State: "CREATE_IN_PROGRESS",
    EniIp: "10.0.0.77",
    SubnetId: SUBNETS[0],
  })
  await cloud.settle()
  const { Certificates, Hsms } = (await describe(hsm, ClusterId)) ?? {}
  expect(Hsms).toMatchObject([{ State: "ACTIVE", AvailabilityZone }])
  const csr = Certificates?.ClusterCsr ?? ""
  expect(await refusalOf(claim(ca.certificate))).toMatch(
    /not the certificate of this cluster's CSR/,
  )
  const stranger = await openCa()
  expect(await refusalOf(claim(stranger.sign(csr)))).toMatch(/was not issued by TrustAnchor/)
  expect(await refusalOf(claim(ca.sign(csr), ca.sign(csr)))).toMatch(/not a self-signed/)
  expect(await claim(ca.sign(csr))).toMatchObject({ State: "INITIALIZE_IN_PROGRESS" })
  await cloud.settle()
  const initialized = await describe(hsm, ClusterId)
  expect(initialized).toMatchObject({ State: "INITIALIZED" })
  expect(Object.keys(initialized?.Certificates ?? {})).toEqual(["ClusterCertificate"])
  await cloud.commandHsm({ cluster: ClusterId, activate: { password: ADMIN.password } })
  expect(await describe(hsm, ClusterId)).toMatchObject({ State: "ACTIVE" })
})

test.skipIf(!hasOpenSsl)("a cluster's request is one that OpenSSL can sign", async () => {
  const { cloud, hsm } = await openHsm()
  const { Cluster } = await hsm("CreateCluster", TYPE)
  const ClusterId = Cluster?.ClusterId ?? ""
  await cloud.settle()
  const AvailabilityZone = Object.keys(Cluster?.SubnetMapping ?? {})[0] ?? ""
  await hsm("CreateHsm", { ClusterId, AvailabilityZone })
  await cloud.settle()
  const ssl = openSsl()
  ssl.write("cluster.csr", (await describe(hsm, ClusterId))?.Certificates?.ClusterCsr ?? "")
  ssl.run("genrsa -out ca.key 2048")
  ssl.run("req -new -x509 -days 3652 -key ca.key -out ca.crt -subj /CN=Owner")
  ssl.run(
    "x509 -req -days 3652 -in cluster.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out c.crt",
  )
  const text = (name: string) => Buffer.from(ssl.read(name)).toString()
  await hsm("InitializeCluster", {
    ...{ ClusterId, SignedCert: text("c.crt"), TrustAnchor: text("ca.crt") },
  })
})

test("users of a cluster are the cluster's: only who has its password may do anything", async () => {
  const opened = await openHsm()
  const { id } = await activeCluster(opened)
  const { cloud } = opened
  const run = (more: object) => cloud.commandHsm({ cluster: id, ...more })
  const createUser = { name: "ann", password: "ann-password", role: "crypto-user" }
  const wrong = { ...ADMIN, password: "something else" }
  await expect(run({ as: wrong, createUser })).rejects.toThrow(/the password is wrong/)
  await expect(run({ createUser })).rejects.toThrow(/no such user/)
  const { users } = await run({ as: ADMIN, createUser })
  expect(users.map(({ name }) => name)).toEqual(["admin", "ann", "kmsuser"])
  const ann = { name: "ann", password: createUser.password }
  await expect(run({ as: ann, deleteUser: "kmsuser" })).rejects.toThrow(/ann is no admin/)
  await run({ as: ann, changePassword: { name: "ann", password: "another-one" } })
  await expect(run({ as: ann })).rejects.toThrow(/the password is wrong/)
  await run({ as: ADMIN, deleteUser: "ann" })
  await expect(run({ as: ADMIN, deleteUser: "admin" })).rejects.toThrow(/the last admin stays/)
})

test("an AZ that fails takes its HSMs: they are degraded until it is healed", async () => {
  const opened = await openHsm()
  const { cloud, hsm } = opened
  const { id, zones } = await activeCluster(opened)
  const az = zones[0] ?? ""
  await cloud.fail({ az })
  const failed = await describe(hsm, id)
  expect(failed?.State).toBe("DEGRADED")
  const stateIn = (zone: string | undefined) =>
    failed?.Hsms?.find(({ AvailabilityZone }) => AvailabilityZone === zone)?.State
  expect([stateIn(zones[0]), stateIn(zones[1])]).toEqual(["DEGRADED", "ACTIVE"])
  expect(await refusalOf(hsm("CreateHsm", { ClusterId: id, AvailabilityZone: az }))).toMatch(
    /^CloudHsmInvalidRequestException: /,
  )
  await cloud.heal({ az })
  expect((await describe(hsm, id))?.State).toBe("ACTIVE")
})

test("HSMs and clusters go: first the HSMs, by id or address, then the cluster", async () => {
  const opened = await openHsm()
  const { cloud, hsm } = opened
  const { id: ClusterId, hsms } = await activeCluster(opened)
  expect(await refusalOf(hsm("DeleteCluster", { ClusterId }))).toMatch(/contains HSMs/)
  await hsm("DeleteHsm", { ClusterId, HsmId: hsms[0] })
  await cloud.settle()
  const [last] = (await describe(hsm, ClusterId))?.Hsms ?? []
  await hsm("DeleteHsm", { ClusterId, EniIp: last?.EniIp })
  await cloud.settle()
  const { Cluster } = await hsm("DeleteCluster", { ClusterId })
  expect(Cluster?.State).toBe("DELETE_IN_PROGRESS")
  await cloud.settle()
  expect(await describe(hsm, ClusterId)).toBeUndefined()
  expect(await refusalOf(hsm("DeleteCluster", { ClusterId }))).toMatch(
    /^CloudHsmResourceNotFoundException: /,
  )
})

test("what a cluster cannot be is refused", async () => {
  const { cloud, hsm } = await openHsm()
  const create = (more: object) => refusalOf(hsm("CreateCluster", { ...TYPE, ...more }))
  expect(await create({ HsmType: "hsm9.large" })).toMatch(/^CloudHsmInvalidRequestException: /)
  expect(await create({ HsmType: "hsm1.medium", Mode: "NON_FIPS" })).toMatch(/FIPS mode only/)
  expect(await create({ SubnetIds: [SUBNETS[0], SUBNETS[0]] })).toMatch(/one subnet per/)
  const short = { Type: "DAYS", Value: "6" }
  expect(await create({ BackupRetentionPolicy: short })).toMatch(/between 7 and 379 days/)
  await cloud.setQuota({ service: "cloudhsmv2", quota: "Clusters", value: 0 })
  expect(await create({})).toMatch(/^CloudHsmResourceLimitExceededException: /)
})

test("a cluster's HSMs become hsm2m.medium, and may go back for a day", async () => {
  const opened = await openHsm()
  const { cloud, hsm } = opened
  const old = { HsmType: "hsm1.medium", Mode: "FIPS" }
  const { id: ClusterId } = await activeCluster(opened, 1, old)
  const modify = (more: object) => hsm("ModifyCluster", { ClusterId, ...more })
  expect(await refusalOf(modify({}))).toMatch(/^CloudHsmInvalidRequestException: /)
  const turn = async () => (await modify({ HsmType: "hsm2m.medium" })).Cluster
  expect(await turn()).toMatchObject({
    ...{ HsmType: "hsm2m.medium", Hsms: [{ HsmType: "hsm2m.medium" }] },
    HsmTypeRollbackExpiration: (cloud.now().getTime() + 86_400_000) / 1000,
  })
  await modify({ HsmType: "hsm1.medium" })
  await turn()
  await cloud.advance("25h")
  expect(await refusalOf(modify({ HsmType: "hsm1.medium" }))).toMatch(/cannot be rolled back/)
})

test("tags of clusters and backups", async () => {
  const { hsm } = await openHsm()
  const TagList = [{ Key: "team", Value: "a" }]
  const { Cluster } = await hsm("CreateCluster", { ...TYPE, TagList })
  const ResourceId = Cluster?.ClusterId ?? ""
  await hsm("TagResource", { ResourceId, TagList: [{ Key: "cost", Value: "b" }] })
  expect((await hsm("ListTags", { ResourceId })).TagList).toEqual([
    ...TagList,
    { Key: "cost", Value: "b" },
  ])
  await hsm("UntagResource", { ResourceId, TagKeyList: ["team"] })
  expect((await hsm("ListTags", { ResourceId })).TagList).toEqual([{ Key: "cost", Value: "b" }])
  const own = [{ Key: "aws:x", Value: "" }]
  expect(await refusalOf(hsm("TagResource", { ResourceId, TagList: own }))).toMatch(
    /^CloudHsmTagException: /,
  )
})
